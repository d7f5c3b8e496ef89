import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lookAtPictures } from './pixels.ts';

const dir = mkdtempSync(join(tmpdir(), 'yimen-pixels-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** A page on which this is written, in a font that every reader of PDF brings. */
function pageWith(text: string): string {
  const path = join(dir, `${text.length}.pdf`);
  const drawn = `BT /F 28 Tf 40 120 Td (${text}) Tj ET`;
  writeFileSync(
    path,
    `%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 480 200] /Contents 4 0 R /Resources <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>>> endobj
4 0 obj <</Length ${drawn.length}>> stream
${drawn}
endstream endobj
trailer <</Root 1 0 R>>
`,
  );
  return path;
}

it('a number that is drawn on a page is found, and one that is not, is not', () => {
  const page = pageWith('No. 440606 19900412 0020');
  const found = lookAtPictures(
    [page],
    [
      { name: 'number', value: '440606199004120020' },
      { name: 'other number', value: '440606199004120039' },
    ],
  );
  expect(found.unread).toEqual([]);
  expect(found.hits.map(({ labels }) => labels)).toEqual([['number / pixels']]);
});

it('a picture that cannot be read is told', () => {
  writeFileSync(join(dir, 'broken.png'), 'no picture');
  expect(lookAtPictures([join(dir, 'broken.png')], []).unread).toHaveLength(1);
});
