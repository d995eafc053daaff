import type { Agent } from 'node:http';
import { Agent as PlainAgent, type AgentOptions as PlainOptions } from 'node:http';
import { Agent as SecureAgent, type AgentOptions } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import type { TlsTerms } from './tls-schema.ts';

/** The device is there, and presents a certificate that it must not have. */
class CertificateRefused extends Error {
  override readonly name = 'CertificateRefused';
}

/** Connections to one device: in the clear, or by TLS where there are terms for it. */
export const agentFor = (tls: TlsTerms | undefined, options: PlainOptions): Agent =>
  tls ? new TlsAgent(tls, options) : new PlainAgent(options);

/** By TLS and never otherwise. */
export const isSecure = (agent: Agent): boolean => agent instanceof SecureAgent;

/**
 * Hands a connection on only after its certificate was found to be the right one: not a byte of a request, and so of no
 * login, goes to anybody else. What is wrong with a certificate is told with its fingerprint, to be compared and pinned.
 */
class TlsAgent extends SecureAgent {
  readonly #terms: TlsTerms;

  constructor(terms: TlsTerms, options: PlainOptions) {
    super(options);
    this.#terms = terms;
  }

  override createConnection(
    { host, port, servername }: AgentOptions & { readonly port?: number; readonly servername?: string },
    done?: (error: Error | null, socket: TLSSocket) => void,
  ): undefined {
    const { ca, fingerprint } = this.#terms;
    const name = servername ? { servername } : {};
    const authority = ca ? { ca: ca.reveal() } : {};
    // Judged below, where the certificate is at hand to be told of.
    const socket = connect({ host, port, ...name, ...authority, rejectUnauthorized: false });
    const fail = (error: Error): void => done?.(error, socket);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      const fault = faultOf(socket, fingerprint);
      if (fault === undefined) return done?.(null, socket);
      socket.destroy();
      fail(new CertificateRefused(fault));
    });
    return undefined;
  }
}

/** What is wrong with the certificate; undefined when nothing is. */
function faultOf(socket: TLSSocket, pinned: string | undefined): string | undefined {
  const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? 'none';
  const todo = 'compare it with the one that the device itself shows';
  if (pinned !== undefined) {
    if (plain(pinned) === plain(shown)) return undefined;
    return `the certificate has the SHA-256 fingerprint ${shown}, and tls.fingerprint is another; ${todo}, and write it there`;
  }
  if (socket.authorized) return undefined;
  const why = String(socket.authorizationError);
  return `the certificate is not vouched for (${why}); its SHA-256 fingerprint is ${shown}: ${todo}, and write it under tls.fingerprint`;
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();
