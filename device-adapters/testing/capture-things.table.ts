import { SYNTHETIC_CODES } from '@yimen/contracts/testing';
import type { Thing } from './thing.ts';

/** Fingers of a synthetic person, and what a hand does wrong. */
const FINGER_THINGS: readonly Thing[] = [
  finger('finger-li-na-thumb', '李娜的右手拇指', 'Right thumb of Li Na', '清晰', 'a good image'),
  finger(
    'finger-li-na-index',
    '李娜的右手食指',
    'Right index finger of Li Na',
    '清晰，与拇指不同',
    'good, not the thumb',
  ),
  finger('finger-dry', '干燥的手指', 'A dry finger', '纹路断续', 'broken ridges'),
  finger('finger-wet', '潮湿的手指', 'A wet finger', '纹路粘连', 'ridges run together'),
  finger('finger-partial', '没有按全的手指', 'Half a finger', '只按到边上', 'only its edge lies there'),
  finger('finger-too-fast', '一碰就走的手指', 'A hasty finger', '还没采到就抬起', 'gone before it is seen'),
];

/** What people do at the signature pad. */
const SIGNATURE_THINGS: readonly Thing[] = [
  signature('signature-li-na', '李娜签名', 'Li Na signs', '签好后按完成', 'and presses done'),
  signature('signature-wang-wei', '王伟签名', 'Wang Wei signs', '签好后按完成', 'and presses done'),
  signature('signature-empty', '没签就按完成', 'Done without signing', '签字板上是空的', 'the pad is empty'),
];

/** Codes that are held before the window. */
const CODE_THINGS: readonly Thing[] = [
  code('qr-receipt', '凭条二维码', 'Receipt QR', '以前办过的业务', 'an earlier case'),
  ...SYNTHETIC_CODES.map(({ thing, zh, en, text }) => code(thing, zh, en, text, text)),
  code('qr-booking', '预约二维码', 'Booking QR', '手机上的预约', 'a booking on a phone'),
  code('qr-control-bytes', '带控制字符的码', 'Control bytes', '想冒充键盘', 'would like to be a keyboard'),
  code('qr-too-long', '超长的码', 'Too long a code', '超过允许的长度', 'over the cap'),
  code('qr-binary', '二进制码', 'Binary code', '不是文字', 'no text in any encoding'),
];

/** What the fingerprint collector, the signature pad and the QR reader are given. */
export const CAPTURE_THINGS: readonly Thing[] = [...FINGER_THINGS, ...SIGNATURE_THINGS, ...CODE_THINGS];

function finger(thing: string, zh: string, en: string, noteZh: string, noteEn: string): Thing {
  return { thing, type: 'finger', device: 'fingerprint', zh, en, noteZh, noteEn };
}

function signature(thing: string, zh: string, en: string, noteZh: string, noteEn: string): Thing {
  return { thing, type: 'signature', device: 'signature-pad', zh, en, noteZh, noteEn };
}

function code(thing: string, zh: string, en: string, noteZh: string, noteEn: string): Thing {
  return { thing, type: 'code', device: 'qr-reader', zh, en, noteZh, noteEn };
}
