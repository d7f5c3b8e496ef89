import type { TownCode } from '@yimen/contracts/fleet';

/** The fourteen halls of the demonstration, in ten towns. Names of towns are real, halls and addresses are made up and
 *  say so. The first is the one whole terminal; the others are light simulated ones. */
export interface DemoHall {
  readonly hallId: string;
  readonly tid: string;
  readonly town: TownCode;
  readonly zh: string;
  readonly en: string;
  readonly allDay: boolean;
}

export const DEMO_HALLS: readonly DemoHall[] = [
  {
    hallId: 'daliang-1',
    tid: 'SD-DALIANG-01',
    town: '440606005',
    zh: '大良自助大厅',
    en: 'Daliang self-service hall',
    allDay: true,
  },
  {
    hallId: 'daliang-2',
    tid: 'SD-DALIANG-02',
    town: '440606005',
    zh: '大良东自助大厅',
    en: 'Daliang East self-service hall',
    allDay: true,
  },
  {
    hallId: 'ronggui-1',
    tid: 'SD-RONGGUI-01',
    town: '440606006',
    zh: '容桂自助大厅',
    en: 'Ronggui self-service hall',
    allDay: true,
  },
  {
    hallId: 'ronggui-2',
    tid: 'SD-RONGGUI-02',
    town: '440606006',
    zh: '容桂南自助大厅',
    en: 'Ronggui South self-service hall',
    allDay: true,
  },
  {
    hallId: 'lunjiao-1',
    tid: 'SD-LUNJIAO-01',
    town: '440606003',
    zh: '伦教自助大厅',
    en: 'Lunjiao self-service hall',
    allDay: true,
  },
  {
    hallId: 'leliu-1',
    tid: 'SD-LELIU-01',
    town: '440606004',
    zh: '勒流自助大厅',
    en: 'Leliu self-service hall',
    allDay: true,
  },
  {
    hallId: 'chencun-1',
    tid: 'SD-CHENCUN-01',
    town: '440606101',
    zh: '陈村自助大厅',
    en: 'Chencun self-service hall',
    allDay: true,
  },
  {
    hallId: 'beijiao-1',
    tid: 'SD-BEIJIAO-01',
    town: '440606102',
    zh: '北滘自助大厅',
    en: 'Beijiao self-service hall',
    allDay: true,
  },
  {
    hallId: 'beijiao-2',
    tid: 'SD-BEIJIAO-02',
    town: '440606102',
    zh: '北滘新城自助大厅',
    en: 'Beijiao New Town self-service hall',
    allDay: false,
  },
  {
    hallId: 'lecong-1',
    tid: 'SD-LECONG-01',
    town: '440606103',
    zh: '乐从自助大厅',
    en: 'Lecong self-service hall',
    allDay: true,
  },
  {
    hallId: 'lecong-2',
    tid: 'SD-LECONG-02',
    town: '440606103',
    zh: '乐从东自助大厅',
    en: 'Lecong East self-service hall',
    allDay: false,
  },
  {
    hallId: 'longjiang-1',
    tid: 'SD-LONGJIANG-01',
    town: '440606104',
    zh: '龙江自助大厅',
    en: 'Longjiang self-service hall',
    allDay: true,
  },
  {
    hallId: 'xingtan-1',
    tid: 'SD-XINGTAN-01',
    town: '440606105',
    zh: '杏坛自助大厅',
    en: 'Xingtan self-service hall',
    allDay: true,
  },
  {
    hallId: 'junan-1',
    tid: 'SD-JUNAN-01',
    town: '440606106',
    zh: '均安自助大厅',
    en: 'Jun’an self-service hall',
    allDay: true,
  },
];

/** A person's own MQTT client may try the wire contract under this name; it exists in the demonstration only. */
export const GUEST = 'GUEST-01';
export const HOTLINE = '0757-0000-0000';
