import { connectAsync } from 'mqtt';

/** Bytes that the broker has received in all, by its own count. The first it tells is up to a second old. */
export async function bytesReceived(url: string): Promise<number> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  const total = await new Promise<number>((resolve) => {
    let told = 0;
    client.on('message', (_topic, payload) => {
      told += 1;
      if (told === 2) resolve(Number(payload));
    });
    client.subscribe('$SYS/broker/bytes/received');
  });
  await client.endAsync();
  return total;
}
