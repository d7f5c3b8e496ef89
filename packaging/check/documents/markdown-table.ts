/** A Markdown table. Cells are plain text: what Markdown would read as its own signs is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function escapeCell(cell: string): string {
  return cell.replace(/[\\|<>*_]/g, '\\$&').replaceAll('\n', ' ');
}

/** The first lines of every generated document. */
export function generatedHeader(titleZh: string, titleEn: string, source: string): string {
  return [
    `# ${titleZh} · ${titleEn}`,
    '',
    `由 \`${source}\` 生成，请勿手工修改；\`npm run check -- --write\` 重新生成。`,
    `Generated from \`${source}\`; not edited by hand: \`npm run check -- --write\` writes it again.`,
    '',
  ].join('\n');
}
