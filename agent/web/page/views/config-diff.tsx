import { structuredPatch } from 'diff';
import { defineComponent } from 'vue';
import { t } from '../words/words.ts';

interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const classOf: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed' };

/** What would be different from the text that runs. */
export const ConfigDiff = defineComponent(
  (props: { readonly files: readonly Change[] }) => () =>
    props.files.length === 0 ? (
      <p class="empty">{t('config.unchanged')}</p>
    ) : (
      <>
        {props.files.map(({ name, before, after }) => (
          <section key={name}>
            <h2>{name}</h2>
            <div class="diff" tabindex={0} role="region" aria-label={name}>
              {structuredPatch(name, name, before, after, '', '', { context: 3 }).hunks.map(
                ({ oldStart, oldLines, newStart, newLines, lines }) => (
                  <pre key={oldStart}>
                    <span class="place">{`@@ ${oldStart},${oldLines} → ${newStart},${newLines}\n`}</span>
                    {lines.map((line) => (
                      <span class={classOf[line[0] ?? ''] ?? 'same'}>{`${line}\n`}</span>
                    ))}
                  </pre>
                ),
              )}
            </div>
          </section>
        ))}
      </>
    ),
  { props: ['files'] },
);
