import { createHash } from 'node:crypto';
import { checksumBy } from './checksum.ts';
import { FrameType, HEAD, TAIL } from './frame.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
  /** Where the hub is set to salted passwords. */
  readonly salt?: string;
}

/** The only frame that is ever sent. The protocol hashes with MD5; TLS, where the hub has it, is what protects the login. */
export function loginFrame({ user, password, salt }: Login): Buffer {
  const once = md5(password);
  const parts = [text(user), text(salt === undefined ? once : md5(once + salt))];
  const content = Buffer.concat([Buffer.from([HEAD >>> 8, HEAD & 0xff, FrameType.login]), ...parts]);
  const end = Buffer.alloc(4);
  end.writeUInt16BE(checksumBy('modbus', content), 0);
  end.writeUInt16BE(TAIL, 2);
  return Buffer.concat([content, end]);
}

const md5 = (plain: string): string => createHash('md5').update(plain, 'utf8').digest('hex');

function text(plain: string): Buffer {
  const bytes = Buffer.from(plain, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
