import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Pattern } from './pattern-set.ts';

/** Between two planted patterns: nothing, in any encoding. */
const GAP = Buffer.alloc(4);
const LINES = Buffer.from('\n\n');
const PIECE_BYTES = 8 * 1024 * 1024;

/** All patterns, one behind the other. */
export function payloadOf(patterns: readonly Pattern[], gap: Buffer = GAP): Buffer {
  return Buffer.concat([gap, ...patterns.flatMap(({ bytes }) => [Buffer.from(bytes), gap])]);
}

/** What may stand in an argument or an environment: no zero bytes. */
export function isWord({ bytes, needsText }: Pattern): boolean {
  return !bytes.includes(0) && (needsText === null || needsText === 'gb18030');
}

/** What may be a file's name or a link's target. */
export function isName(pattern: Pattern): boolean {
  return isWord(pattern) && !pattern.bytes.includes(0x2f) && pattern.bytes.length < 250 && pattern.needsText === null;
}

/** Files in which the patterns lie, by what they are; all below `root`. */
export function plantFiles(root: string, patterns: readonly Pattern[]): readonly string[] {
  const payload = payloadOf(patterns);
  const files: Readonly<Record<string, Buffer>> = {
    'plain/file.bin': payload,
    'across/two-pieces.bin': Buffer.concat([Buffer.alloc(PIECE_BYTES - Math.floor(payload.length / 2)), payload]),
    'log/session.log.1.gz': gzipSync(payload),
    'nested/backup.gz': gzipSync(Buffer.concat([Buffer.from('tar'), gzipSync(payload)])),
    'gzip-before/something-else.bin': Buffer.concat([gzipSync(payload), Buffer.from('something else lies behind')]),
    'gzip-named/syslog.1.gz': gzipWithName(payload),
    'zlib/inside.bin': Buffer.concat([Buffer.from('head'), deflateSync(payload), Buffer.from('tail')]),
    'zlib-fixed/inside.bin': Buffer.concat([Buffer.from('head'), deflateSync(payload, { strategy: 4 })]),
    'zstd/core.zst': zstdCompressSync(payload),
    'pdf/form.pdf': pdfWith(payload),
    'png/picture.dat': pngWith(payload),
    'jpeg/photo.dat': Buffer.concat([Buffer.from('ffd8fffe', 'hex'), payload, Buffer.from('ffd9', 'hex')]),
    'spool/d00001-001': Buffer.concat([Buffer.from('%!PS\n'), payload]),
    'profile/Default/Cache/Cache_Data/f_000001': payload,
    'profile/Default/Session Storage/000003.log': Buffer.concat([Buffer.alloc(7), payload]),
    'shm/org.chromium.Chromium.1': payload,
  };
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  plantDatabases(root, patterns);
  plantNames(root, patterns);
  return [...Object.keys(files).map((path) => path.split('/')[0] ?? ''), 'rows', 'free-pages', 'wal'];
}

/** As gzip writes it that was given a file: its header says when it was written, and its name and a comment stand behind it
 *  (RFC 1952 §2.3.1); check sum and length are nobody's business here. */
function gzipWithName(payload: Buffer): Buffer {
  const header = Buffer.from('1f8b08185a0f2a6a0203', 'hex');
  const names = Buffer.from('syslog\0of this machine\0');
  return Buffer.concat([Buffer.from('head'), header, names, deflateRawSync(payload), Buffer.from('tail')]);
}

function pdfWith(payload: Buffer): Buffer {
  const packed = deflateSync(payload);
  return Buffer.concat([
    Buffer.from(`%PDF-1.7\n1 0 obj\n<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`),
    packed,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
}

/** A compressed text chunk; its check sum is nobody's business here. */
function pngWith(payload: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('zTXtComment\0\0'), deflateSync(payload)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length - 4);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), length, body, Buffer.alloc(4)]);
}

/** A row for each pattern: as rows, as pages that were freed, and in a journal that was not yet taken over. */
function plantDatabases(root: string, patterns: readonly Pattern[]): void {
  for (const kind of ['rows', 'free-pages', 'wal']) {
    mkdirSync(join(root, kind));
    const db = new DatabaseSync(join(root, kind, 'store.sqlite'));
    if (kind === 'wal') db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    db.exec('CREATE TABLE planted (bytes BLOB); BEGIN');
    const insert = db.prepare('INSERT INTO planted VALUES (?)');
    for (const { bytes } of patterns) insert.run(Buffer.concat([GAP, bytes, GAP]));
    db.exec('COMMIT');
    if (kind === 'free-pages') db.exec('DROP TABLE planted');
    // Closing it would take the journal over; it goes with this process.
    if (kind !== 'wal') db.close();
    else openForEver.push(db);
  }
}
const openForEver: DatabaseSync[] = [];

function plantNames(root: string, patterns: readonly Pattern[]): void {
  for (const place of ['names', 'links']) mkdirSync(join(root, place));
  for (const [n, { bytes }] of patterns.filter(isName).entries()) {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/names/`), Buffer.from(bytes)]), '');
    symlinkSync(Buffer.from(bytes), join(root, 'links', String(n)));
  }
}

/** A process that holds the patterns in its memory (as bytes, as text, packed), in a file that has no name any more, in its
 *  environment and in its arguments. Resolves when it does. */
export async function plantProcess(root: string, patterns: readonly Pattern[]): Promise<ChildProcess> {
  mkdirSync(root, { recursive: true });
  const words = payloadOf(patterns.filter(isWord), LINES);
  const quoted = Buffer.from(words.toString('latin1').replaceAll("'", "'\\''"), 'latin1');
  writeFileSync(join(root, 'payload'), payloadOf(patterns));
  writeFileSync(
    join(root, 'start.sh'),
    Buffer.concat([
      Buffer.from("PLANTED='"),
      quoted,
      Buffer.from(`' exec "${process.execPath}" -e "$HOLD" '`),
      quoted,
      Buffer.from("'\n"),
    ]),
  );
  const child = spawn('/bin/sh', [join(root, 'start.sh')], {
    env: { ...process.env, HOLD, PAYLOAD: join(root, 'payload') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('the planted process did not start')));
  });
  return child;
}

const HOLD = `
const { readFileSync, openSync, unlinkSync } = require('node:fs');
const path = process.env.PAYLOAD;
globalThis.bytes = readFileSync(path);
globalThis.text = [...globalThis.bytes].map((b) => String.fromCharCode(b)).join('');
globalThis.packed = require('node:zlib').gzipSync(globalThis.bytes);
globalThis.file = openSync(path, 'r');
unlinkSync(path);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
console.log('holds');
`;
