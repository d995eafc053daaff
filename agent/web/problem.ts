/** An answer that says what is wrong, by RFC 9457. Thrown by handlers; `detail` is one sentence for a person. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, title: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.headers = headers;
  }
}

export const notFound = (what: string): Problem => new Problem(404, 'Not found', `there is no ${what}`);

/** As `application/problem+json` has it. */
export const problemBody = ({ status, title, message }: Pick<Problem, 'status' | 'title' | 'message'>) => ({
  type: 'about:blank',
  title,
  status,
  detail: message,
});
