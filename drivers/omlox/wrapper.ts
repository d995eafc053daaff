import { z } from 'zod';

/** What travels on the WebSocket, either way. */
const wrapperSchema = z.object({
  event: z.string(),
  topic: z.string().optional(),
  subscription_id: z.union([z.number(), z.string()]).optional(),
  payload: z.array(z.unknown()).nullish(),
  code: z.number().optional(),
  description: z.string().optional(),
});

export type Wrapper = z.output<typeof wrapperSchema>;

/** Undefined when the text is no wrapper object. */
export function readWrapper(text: string): Wrapper | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = wrapperSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** The only message that is ever sent. */
export const subscribeMessage = (topic: string): string => JSON.stringify({ event: 'subscribe', topic });
