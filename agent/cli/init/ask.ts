import { createInterface } from 'node:readline/promises';

/** Questions at a terminal, each with what is taken when nothing is typed. Rejects when the input ends. */
export interface Questions {
  readonly text: (question: string, otherwise: string) => Promise<string>;
  /** Until nothing is typed. */
  readonly list: (question: string) => Promise<readonly string[]>;
  readonly yes: (question: string) => Promise<boolean>;
  readonly close: () => void;
}

export function openQuestions(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Questions {
  const lines = createInterface({ input, output });
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {});
  lines.once('close', () => reject(new Error('the questions were not answered; nothing was written')));
  const ask = async (question: string): Promise<string> =>
    (await Promise.race([lines.question(`${question} `), ended])).trim();
  return {
    text: async (question, otherwise) => (await ask(`${question} [${otherwise}]`)) || otherwise,
    async list(question) {
      const given: string[] = [];
      for (;;) {
        const one = await ask(given.length === 0 ? question : '  another, or Enter:');
        if (one === '') return given;
        given.push(one);
      }
    },
    yes: async (question) => /^[yj是]/i.test(await ask(`${question} [y/N]`)),
    close: () => lines.close(),
  };
}
