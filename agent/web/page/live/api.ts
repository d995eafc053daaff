import { session } from './session.ts';

/** The agent refused or could not be reached; the message is for the person. */
class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  ask<T>(path, { method: 'GET', ...(signal && { signal }) });

export const send = async <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown = {}): Promise<T> =>
  ask<T>(path, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-firewatch-csrf': session.value?.csrf ?? '' },
  });

/** Sends a file as it is. */
export const upload = async <T>(path: string, file: File): Promise<T> =>
  ask<T>(path, {
    method: 'PUT',
    body: file,
    headers: { 'content-type': file.type, 'x-firewatch-csrf': session.value?.csrf ?? '' },
  });

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(`api/${path}`, init).catch((error: unknown) => {
    throw new ApiError(0, error instanceof Error ? error.message : String(error));
  });
  const body: unknown = await response.json().catch(() => ({}));
  if (response.ok) return body as T;
  if (response.status === 401 && session.value) session.value = { ...session.value, role: null, csrf: null };
  const { detail = response.statusText } = body as { detail?: string };
  throw new ApiError(response.status, detail);
}
