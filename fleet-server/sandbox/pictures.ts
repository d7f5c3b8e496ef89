import { createHash } from 'node:crypto';

/** What stays of a picture: that it was there, how large, and which. The picture itself is never kept. */
export interface PictureMark {
  readonly bytes: number;
  readonly digest: string;
}

/** @param base64 as the contract carries pictures */
export function pictureMark(base64: string): PictureMark {
  const bytes = Buffer.from(base64, 'base64');
  return { bytes: bytes.length, digest: createHash('sha256').update(bytes).digest('base64url') };
}
