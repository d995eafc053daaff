import { computed, defineComponent, nextTick, onMounted, ref, watch } from 'vue';

interface Props {
  readonly label: string;
  readonly text: string;
  /** What is wrong, by line from 1. */
  readonly marks: ReadonlyMap<number, string>;
  readonly jump: { readonly line: number; readonly column: number } | undefined;
  readonly isReadOnly: boolean;
}

/** Plain text with numbered lines, the faulty ones marked. Tab leaves it, as everywhere. */
export const TextEditor = defineComponent(
  (props: Props, { emit }) => {
    const area = ref<HTMLTextAreaElement>();
    const gutter = ref<HTMLElement>();
    const count = computed(() => props.text.split('\n').length);

    const follow = (): void => {
      if (area.value && gutter.value) gutter.value.scrollTop = area.value.scrollTop;
    };
    const go = async (): Promise<void> => {
      await nextTick();
      if (!area.value || !props.jump) return;
      const { line, column } = props.jump;
      const before =
        props.text
          .split('\n')
          .slice(0, line - 1)
          .join('\n').length + (line > 1 ? 1 : 0);
      const end = props.text.indexOf('\n', before);
      area.value.focus();
      area.value.setSelectionRange(before + column - 1, end < 0 ? props.text.length : end);
      const height = Number.parseFloat(getComputedStyle(area.value).lineHeight);
      area.value.scrollTop = Math.max(0, (line - 6) * height);
      follow();
    };
    onMounted(() => void go());
    watch(
      () => props.jump,
      () => void go(),
    );

    return () => (
      <div class="editor">
        <div class="gutter" ref={gutter} aria-hidden="true">
          {Array.from({ length: count.value }, (_, index) => (
            <div key={index} class={{ 'is-faulty': props.marks.has(index + 1) }} title={props.marks.get(index + 1)}>
              {index + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          aria-label={props.label}
          aria-invalid={props.marks.size > 0}
          spellcheck={false}
          autocomplete="off"
          wrap="off"
          readonly={props.isReadOnly}
          value={props.text}
          onInput={(event) => emit('change', (event.target as HTMLTextAreaElement).value)}
          onScroll={follow}
        />
      </div>
    );
  },
  { props: ['label', 'text', 'marks', 'jump', 'isReadOnly'], emits: ['change'] },
);
