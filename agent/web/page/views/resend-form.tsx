import { defineComponent, reactive, ref } from 'vue';
import { send } from '../live/api.ts';
import { codeText, t } from '../words/words.ts';

interface ResendFormProps {
  readonly receiver: string;
  readonly streams: readonly string[];
}

/** For a receiver that lost what it had acknowledged: records of one stream, by the numbers that are listed above. */
export const ResendForm = defineComponent(
  (props: ResendFormProps) => {
    const order = reactive({ stream: props.streams[0] ?? '', first: '', last: '' });
    const told = ref<{ readonly isFault: boolean; readonly text: string }>();

    const isWhole = (text: string): boolean => /^[1-9]\d{0,14}$/.test(text.trim());
    const ask = async (): Promise<void> => {
      const { stream, first, last } = order;
      try {
        const body = { stream, first: Number(first), last: Number(last) };
        await send('POST', `uplinks/${encodeURIComponent(props.receiver)}/resend`, body);
        told.value = { isFault: false, text: t('uplink.resent', { stream: codeText('stream', stream), first, last }) };
      } catch (error) {
        told.value = { isFault: true, text: error instanceof Error ? error.message : String(error) };
      }
    };

    const field = (name: 'first' | 'last') => (
      <input
        inputmode="numeric"
        size={9}
        aria-label={t(`uplink.${name}`)}
        placeholder={t(`uplink.${name}`)}
        value={order[name]}
        onInput={(event) => (order[name] = (event.target as HTMLInputElement).value)}
      />
    );

    return () => (
      <>
        <h3>{t('uplink.resend')}</h3>
        <p class="note">{t('uplink.resend-note')}</p>
        <p class="resend">
          <select
            aria-label={t('uplink.stream')}
            value={order.stream}
            onChange={(event) => (order.stream = (event.target as HTMLSelectElement).value)}
          >
            {props.streams.map((stream) => (
              <option key={stream} value={stream}>
                {codeText('stream', stream)}
              </option>
            ))}
          </select>{' '}
          {field('first')} – {field('last')}{' '}
          <button disabled={!isWhole(order.first) || !isWhole(order.last)} onClick={() => void ask()}>
            {t('uplink.resend-now')}
          </button>
        </p>
        {told.value && (
          <p class={told.value.isFault ? 'fault' : 'note'} role={told.value.isFault ? 'alert' : 'status'}>
            {told.value.text}
          </p>
        )}
      </>
    );
  },
  { props: ['receiver', 'streams'] },
);
