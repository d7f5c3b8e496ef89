import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { z } from 'zod';

/** Where the journal ended when a row was last written. */
const headSchema = z.object({
  epoch: z.int().min(1),
  j: z.int().min(0),
  seq: z.int().min(0),
  hash: z.string().length(43),
});
export type WitnessedHead = z.infer<typeof headSchema>;

/** Longer than any head: the line is always as long, so that it is overwritten in its place, needing no room on a full disk. */
const LINE_BYTES = 160;

/** A second place that knows where the journal ends. Rows cut off at the end leave nothing in the file that could tell of
 *  them (a log beside it that was lost, or broken in its middle, ends a database earlier and whole). It is written after
 *  each commit without a sync of its own: after a power cut it may be behind the journal, and never before it. */
export interface HeadWitness {
  keep(head: WitnessedHead): void;
  close(): void;
}

/** @throws the file system's error when the file cannot be made */
export function openHeadWitness(folder: string): HeadWitness {
  const handle = openSync(fileIn(folder), constants.O_RDWR | constants.O_CREAT, 0o600);
  return {
    keep(head) {
      try {
        writeSync(handle, lineOf(head), 0);
      } catch {
        // The journal itself has the row; a witness that is behind claims nothing that is not so.
      }
    },
    close() {
      closeSync(handle);
    },
  };
}

/** What the witness last wrote; undefined where there is none, or it is itself damaged: then it says nothing. */
export function readHeadWitness(folder: string): WitnessedHead | undefined {
  try {
    const line = readFileSync(fileIn(folder), 'utf8').trimEnd();
    const at = line.lastIndexOf(' ');
    const text = line.slice(0, at);
    if (at < 0 || crc32(text) !== Number(line.slice(at + 1))) return undefined;
    return headSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function lineOf({ epoch, j, seq, hash }: WitnessedHead): string {
  const text = JSON.stringify({ epoch, j, seq, hash });
  return `${`${text} ${crc32(text)}`.padEnd(LINE_BYTES - 1)}\n`;
}

function fileIn(folder: string): string {
  return `${folder}/journal.head`;
}
