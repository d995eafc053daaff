import { defineComponent, ref, watch } from 'vue';
import { get } from '../live/api.ts';
import type { PointView } from '../live/shapes.ts';
import { t } from '../words/words.ts';

const OFFERED = 12;
const WAIT_MS = 150;

/** Finds points by a part of their id or name. */
export const PointPicker = defineComponent(
  (props: { readonly taken: readonly string[] }, { emit }) => {
    const text = ref('');
    const offers = ref<readonly PointView[]>([]);
    const chosen = ref(0);
    let waiting: ReturnType<typeof setTimeout> | undefined;

    const ask = async (): Promise<void> => {
      const wanted = text.value;
      const { points } = await get<{ points: PointView[] }>(
        `points?limit=${OFFERED}&text=${encodeURIComponent(wanted)}`,
      ).catch(() => ({ points: [] }));
      if (wanted !== text.value) return;
      offers.value = points.filter(({ id, kind }) => !props.taken.includes(id) && kind !== 'text');
      chosen.value = 0;
    };
    watch(text, (typed) => {
      clearTimeout(waiting);
      if (typed === '') offers.value = [];
      else waiting = setTimeout(() => void ask(), WAIT_MS);
    });

    const pick = (point: PointView | undefined): void => {
      if (!point) return;
      emit('pick', point.id);
      text.value = '';
      offers.value = [];
    };
    const key = (event: KeyboardEvent): void => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        chosen.value = Math.min(offers.value.length - 1, Math.max(0, chosen.value + step));
      } else if (event.key === 'Enter') pick(offers.value[chosen.value]);
      else if (event.key === 'Escape') text.value = '';
    };

    return () => (
      <div class="picker">
        <input
          type="search"
          role="combobox"
          aria-label={t('trend.add')}
          aria-expanded={offers.value.length > 0}
          aria-controls="offers"
          aria-autocomplete="list"
          {...(offers.value.length > 0 && { 'aria-activedescendant': `offer-${chosen.value}` })}
          placeholder={t('trend.add')}
          value={text.value}
          onInput={(event) => (text.value = (event.target as HTMLInputElement).value)}
          onKeydown={key}
        />
        <ul id="offers" role="listbox" aria-label={t('trend.add')} hidden={offers.value.length === 0}>
          {offers.value.map((point, index) => (
            <li
              key={point.id}
              id={`offer-${index}`}
              role="option"
              aria-selected={index === chosen.value}
              onClick={() => pick(point)}
            >
              <b>{point.name}</b> <small>{point.id}</small>
            </li>
          ))}
        </ul>
      </div>
    );
  },
  { props: ['taken'], emits: ['pick'] },
);
