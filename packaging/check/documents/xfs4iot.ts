import {
  XFS4IOT_ACTIONS,
  XFS4IOT_BASE,
  XFS4IOT_DEVICE_STATES,
  XFS4IOT_FAULTS,
  XFS4IOT_MEDIA_STATES,
  XFS4IOT_VERBS,
  type Xfs4IotRow,
} from '@yimen/contracts/device';
import { generatedHeader, markdownTable } from './markdown-table.ts';

const HEAD = ['本系统 ours', 'XFS4IoT 2024-3', '版本 versions', '差异 deviation'];

/** Our words beside those of XFS4IoT, so that an integrator who knows one finds the other. */
export function renderXfs4Iot(): string {
  const verbs = Object.entries(XFS4IOT_VERBS).map(([kind, rows]) => section(`\`${kind}\``, rows));
  return [
    generatedHeader('设备词汇与 XFS4IoT 对照', 'Our device words beside XFS4IoT', 'contracts/device/xfs4iot.table.ts'),
    section('每个设备 · every device', XFS4IOT_BASE),
    ...verbs,
    section('`device`', XFS4IOT_DEVICE_STATES),
    section('`media`', XFS4IOT_MEDIA_STATES),
    section('`action`', XFS4IOT_ACTIONS),
    section('`fault.code`', XFS4IOT_FAULTS),
  ].join('\n');
}

function section(title: string, rows: Readonly<Record<string, Xfs4IotRow>>): string {
  const cells = Object.entries(rows).map(([ours, row]) => [
    `\`${ours}\``,
    row.theirs === null ? '—' : `\`${row.theirs}\``,
    row.versions ?? '',
    row.deviation ?? '',
  ]);
  return `## ${title}\n\n${markdownTable(HEAD, cells)}\n`;
}
