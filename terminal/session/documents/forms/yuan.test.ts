import { describe, expect, it } from 'vitest';
import { yuanFigures, yuanWords } from './yuan.ts';

describe('an amount in words', () => {
  it.each([
    [0, '零元整'],
    [5, '伍分'],
    [50, '伍角整'],
    [20_000, '贰佰元整'],
    [1_005, '壹拾元零伍分'],
    [100_100, '壹仟零壹元整'],
    [10_100, '壹佰零壹元整'],
    [11_050, '壹佰壹拾元伍角整'],
    [1_000_000, '壹万元整'],
    [10_050_000, '壹拾万零伍佰元整'],
    [1_000_000_100, '壹仟万零壹元整'],
    [168_032, '壹仟陆佰捌拾元叁角贰分'],
    [10_000_000_100, '壹亿零壹元整'],
  ])('%i fen is %s', (fen, words) => {
    expect(yuanWords(fen)).toBe(words);
  });

  it('has figures beside it', () => {
    expect(yuanFigures(20_005)).toBe('¥200.05');
  });
});
