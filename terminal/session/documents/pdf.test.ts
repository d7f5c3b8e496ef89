import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDocumentFont } from './document-font.ts';
import { applicationForm } from './forms/application.ts';
import { decisionSheet } from './forms/decision.ts';
import { paperSheet } from './forms/paper.ts';
import { renderPdf, type RenderedPdf } from './pdf.ts';
import type { Sheet } from './sheet.ts';
import { applicationSample, decisionSample, paperSample, RARE } from './testing/samples.ts';

const opened = openDocumentFont();
if (!opened.ok) throw new Error(opened.error.code);
const font = opened.value;

const rendered = (sheet: Sheet): RenderedPdf => {
  const pdf = renderPdf(sheet, font);
  if (!pdf.ok) throw new Error(pdf.error.code);
  return pdf.value;
};
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('a document as PDF', () => {
  it.each([
    ['application', () => applicationForm(applicationSample())],
    ['decision', () => decisionSheet(decisionSample())],
    ['paper', () => paperSheet(paperSample())],
  ])('%s: one page, PDF 1.7, small, the same bytes again and with the font opened anew', (_, sheet) => {
    const pdf = rendered(sheet());
    expect(pdf.pages).toBe(1);
    expect(latin1(pdf.bytes)).toMatch(/^%PDF-1\.7\n/);
    expect(pdf.bytes.length).toBeLessThan(300_000);
    expect(pdf.sha256).toBe(createHash('sha256').update(pdf.bytes).digest('hex'));
    expect(rendered(sheet()).bytes).toEqual(pdf.bytes);
    const anew = openDocumentFont();
    expect(anew.ok && renderPdf(sheet(), anew.value)).toEqual({ ok: true, value: pdf });
  });

  it('depends on nothing of the document before', () => {
    const before = rendered(decisionSheet(decisionSample())).sha256;
    rendered(applicationForm(applicationSample()));
    expect(rendered(decisionSheet(decisionSample())).sha256).toBe(before);
    expect(rendered(decisionSheet(decisionSample({ points: 3 }))).sha256).not.toBe(before);
  });

  it('has a cross-reference table whose places are right', () => {
    const text = latin1(rendered(applicationForm(applicationSample())).bytes);
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(start, start + 4)).toBe('xref');
    const places = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, place]) => Number(place));
    expect(places.length).toBeGreaterThan(8);
    for (const [index, place] of places.entries())
      expect(text.slice(place)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
  });

  it('says nothing of the person outside of its pages', () => {
    const { applicant, receiptNo } = applicationSample();
    const text = latin1(rendered(applicationForm(applicationSample())).bytes);
    const hex = (value: string): string => Buffer.from(value, 'utf16le').swap16().toString('hex').toUpperCase();
    // The form's title is there, in the document's information.
    expect(text).toContain(hex('中国公民出入境证件申请表'));
    for (const secret of [applicant.name, applicant.idNo, receiptNo]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(hex(secret));
    }
  });

  it('has every rare character, and tells those that it has not', () => {
    const named = (name: string): RenderedPdf => {
      const sample = applicationSample();
      return rendered(applicationForm({ ...sample, applicant: { ...sample.applicant, name } }));
    };
    expect(named(`张${RARE}`).missing).toEqual([]);
    // Unassigned for ever: no font has it.
    expect(named('张\u{1FFFD}').missing).toEqual(['\u{1FFFD}']);
  });

  it('carries the photo as it is, and refuses what is none', () => {
    const photo = applicationSample().photo ?? new Uint8Array();
    expect(latin1(rendered(applicationForm(applicationSample())).bytes)).toContain(latin1(photo));
    expect(renderPdf(applicationForm(applicationSample({ photo: Uint8Array.of(1, 2, 3) })), font)).toEqual({
      ok: false,
      error: { code: 'photoUnreadable' },
    });
    expect(rendered(applicationForm(applicationSample({ photo: null, signature: null }))).pages).toBe(1);
  });

  it('says which package to install where there is no font', () => {
    for (const file of ['/nowhere/font.otf', import.meta.filename])
      expect(openDocumentFont([{ file }])).toEqual({
        ok: false,
        error: { code: 'fontMissing', install: expect.stringContaining('fonts-noto-cjk') },
      });
  });
});
