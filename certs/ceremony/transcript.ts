import { createHash, sign, verify, type KeyObject } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import { fingerprintOf } from './person-key.ts';

/** A file that a ceremony leaves behind. */
export interface MadeFile {
  readonly name: string;
  readonly text: string;
}

/** What was done, in the order of the script; signed by the witness, never by the root (no key has two uses). */
export interface Transcript {
  readonly v: 1;
  readonly what: 'root' | 'renewal';
  readonly at: string;
  readonly threshold: number;
  /** Fingerprints of the holders' keys: of all at a root, of those who opened their share at a renewal. */
  readonly holders: readonly string[];
  readonly witness: string;
  /** SHA-256 of the root's SPKI. */
  readonly root: string;
  /** How often shares were recombined and gave the root key. */
  readonly recombined: number;
  /** SHA-256 of each file. */
  readonly files: Readonly<Record<string, string>>;
}

export interface TranscriptFault {
  readonly code: 'TRANSCRIPT_REFUSED';
  readonly message: string;
}

export const TRANSCRIPT = 'transcript.json';
const TRANSCRIPT_SIGNATURE = 'transcript.sig';
const ABOUT = 'yimen-ceremony-transcript-1\n';

/** The transcript over `files` and its signature, as files. */
export function writeTranscript(
  said: Omit<Transcript, 'v' | 'files' | 'witness'>,
  files: readonly MadeFile[],
  witness: KeyObject,
): readonly MadeFile[] {
  const hashes = Object.fromEntries(files.map((file) => [file.name, hashOf(file.text)]));
  const transcript: Transcript = { v: 1, ...said, witness: fingerprintOf(witness), files: hashes };
  const text = `${JSON.stringify(transcript, null, 2)}\n`;
  const signature = sign(null, Buffer.from(ABOUT + text), witness).toString('base64');
  return [
    { name: TRANSCRIPT, text },
    { name: TRANSCRIPT_SIGNATURE, text: `${signature}\n` },
  ];
}

/** Holds the files of a ceremony against its transcript, and that against the witness's key.
 *  @param read the text of a file, `undefined` when it is not there
 *  @fault TRANSCRIPT_REFUSED not signed by this witness; a file is missing or another */
export function checkTranscript(
  read: (name: string) => string | undefined,
  witness: KeyObject,
): Result<Transcript, TranscriptFault> {
  const refused = (message: string): Result<Transcript, TranscriptFault> =>
    err({ code: 'TRANSCRIPT_REFUSED', message });
  const text = read(TRANSCRIPT);
  const signature = read(TRANSCRIPT_SIGNATURE);
  if (text === undefined || signature === undefined) return refused('there is no transcript with a signature');
  if (!verify(null, Buffer.from(ABOUT + text), witness, Buffer.from(signature, 'base64')))
    return refused('this witness has not signed the transcript');
  // Signed by the witness's own program: its shape is ours.
  const transcript = JSON.parse(text) as Transcript;
  for (const [name, hash] of Object.entries(transcript.files)) {
    // Shares go to their holders; whoever has one beside the rest has it checked.
    const found = read(name);
    if (found === undefined && name.startsWith('share-')) continue;
    if (found === undefined || hashOf(found) !== hash) return refused(`${name} is not the file of the ceremony`);
  }
  return ok(transcript);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
