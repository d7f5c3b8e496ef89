const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'];
const GROUPS = ['', '万', '亿'];

/** An amount as figures: ¥200.00. */
export function yuanFigures(fen: number): string {
  return `¥${(fen / 100).toFixed(2)}`;
}

/** An amount as words that nobody can add a stroke to (支付结算办法, annex 1): 贰佰元整, 壹拾元零伍分.
 *  @param fen whole, from 0 to below 10 to the power of 13 */
export function yuanWords(fen: number): string {
  const [yuan, jiao, cent] = [Math.floor(fen / 100), Math.floor(fen / 10) % 10, fen % 10];
  const whole = yuan === 0 ? '' : `${integerWords(yuan)}元`;
  if (jiao === 0 && cent === 0) return `${whole === '' ? '零元' : whole}整`;
  const tenth = jiao === 0 ? (whole === '' ? '' : '零') : `${DIGITS[jiao]}角`;
  return `${whole}${tenth}${cent === 0 ? '整' : `${DIGITS[cent]}分`}`;
}

function integerWords(value: number): string {
  let words = '';
  let rest = value;
  let isGap = false;
  for (let group = 0; rest > 0; group += 1) {
    const four = rest % 10_000;
    const tail = isGap && words !== '' ? `零${words}` : words;
    words = four === 0 ? words : `${groupWords(four)}${GROUPS[group]}${tail}`;
    // A zero is said once between two groups that do not touch.
    isGap = four === 0 ? isGap || words !== '' : four < 1000;
    rest = Math.floor(rest / 10_000);
  }
  return words;
}

function groupWords(four: number): string {
  let words = '';
  let isGap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(four / 10 ** place) % 10;
    if (digit === 0) isGap = words !== '';
    else {
      words += `${isGap ? '零' : ''}${DIGITS[digit]}${PLACES[place]}`;
      isGap = false;
    }
  }
  return words;
}
