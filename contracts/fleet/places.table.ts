/** The ten towns of Shunde with their codes: county 440606 (GB/T 2260) + 3 digits. Codes not in this table are refused. */
export const TOWNS = [
  { code: '440606003', key: 'LUNJIAO', zh: '伦教街道', en: 'Lunjiao Subdistrict' },
  { code: '440606004', key: 'LELIU', zh: '勒流街道', en: 'Leliu Subdistrict' },
  { code: '440606005', key: 'DALIANG', zh: '大良街道', en: 'Daliang Subdistrict' },
  { code: '440606006', key: 'RONGGUI', zh: '容桂街道', en: 'Ronggui Subdistrict' },
  { code: '440606101', key: 'CHENCUN', zh: '陈村镇', en: 'Chencun Town' },
  { code: '440606102', key: 'BEIJIAO', zh: '北滘镇', en: 'Beijiao Town' },
  { code: '440606103', key: 'LECONG', zh: '乐从镇', en: 'Lecong Town' },
  { code: '440606104', key: 'LONGJIANG', zh: '龙江镇', en: 'Longjiang Town' },
  { code: '440606105', key: 'XINGTAN', zh: '杏坛镇', en: 'Xingtan Town' },
  { code: '440606106', key: 'JUNAN', zh: '均安镇', en: 'Jun’an Town' },
] as const;
export type TownCode = (typeof TOWNS)[number]['code'];
