/** Causes below the protocol, as node names them. */
const causes = new Map<string, string>([
  ['ECONNREFUSED', 'nothing listens there; check host and port, and that the broker runs'],
  ['ENOTFOUND', 'the host name is unknown; check the url and the DNS server'],
  ['EAI_AGAIN', 'the DNS server does not answer'],
  ['ETIMEDOUT', 'no answer; check address, route and firewall'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ENETUNREACH', 'no route to the network'],
  ['ECONNRESET', 'the other side reset the connection; plain TCP to a TLS port, or a firewall, does this'],
  ['CERT_HAS_EXPIRED', "the broker's certificate has expired, or this machine's clock is wrong"],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', "the broker's certificate is self-signed; name it in transport.tls.ca"],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    "the broker's certificate comes from an unknown authority; name it in transport.tls.ca",
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    "the broker's certificate comes from an unknown authority; name it in transport.tls.ca",
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    "the broker's certificate comes from an unknown authority; name it in transport.tls.ca",
  ],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "the broker's certificate is for another name; set transport.tls.serverName"],
  ['ENOENT', 'a file of transport.tls does not exist'],
]);

/** Why a connection failed, and what to do about it, as far as node knows. */
export function whyLost(error: unknown): string {
  const text = error instanceof Error && error.message !== '' ? error.message : nestedMessage(error);
  const cause = causes.get(nodeCode(error) ?? '');
  return cause ? `${text}: ${cause}` : text;
}

function nodeCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** A host with several addresses fails with an AggregateError whose own message is empty. */
const nestedMessage = (error: unknown): string =>
  error instanceof AggregateError
    ? error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; ')
    : String(error);
