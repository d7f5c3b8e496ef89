/** A fault as a person at the bench chooses it. */
export interface FaultText {
  readonly zh: string;
  readonly en: string;
}

/** What faults are called, for people: the matrix's ids, the devices' own words, the cables'. */
export const FAULT_TEXTS: Readonly<Record<string, FaultText>> = {
  F01: { zh: '进卡时卡住', en: 'card jams on its way in' },
  F04: { zh: '回收箱满', en: 'retain bin full' },
  F06: { zh: '闸门卡死', en: 'shutter stuck' },
  F07: { zh: '证件放反', en: 'card the wrong way round' },
  F08: { zh: '感应区有两张卡', en: 'two chips in the field' },
  F09: { zh: '芯片无应答', en: 'chip mute' },
  F12: { zh: '设备无响应', en: 'device silent, port alive' },
  F18: { zh: '打印内容与要求不符', en: 'prints something else' },
  F22: { zh: '线缆接错', en: 'cables swapped' },
  F23: { zh: '纸将尽', en: 'paper low' },
  F24: { zh: '缺纸', en: 'paper out' },
  F25: { zh: '打印中途缺纸', en: 'paper out in the middle' },
  F27: { zh: '打印时卡住', en: 'jam while printing' },
  F28: { zh: '卡住而无传感器', en: 'jam without a sensor' },
  F29: { zh: '切刀卡住', en: 'cutter jam' },
  F30: { zh: '打印头过热', en: 'head hot' },
  F31: { zh: '打印时开盖', en: 'cover opened while printing' },
  F47: { zh: '芯片与页面不符', en: 'foreign chip' },
  F49: { zh: '密码键盘故障', en: 'PIN pad keys gone' },
  F70: { zh: '开机时内有卡', en: 'card found inside at start' },

  'F07-short': { zh: '证件过短', en: 'card too short' },
  'F07-long': { zh: '证件过长', en: 'card too long' },
  'jam-on-eject': { zh: '退卡时卡住', en: 'jams on its way out' },
  'jam-on-capture': { zh: '回收时卡住', en: 'jams on its way to the bin' },
  'jammed-at-rest': { zh: '证件已卡在机内', en: 'card stuck inside now' },
  'pulled-on-capture': { zh: '回收时被人拉住', en: 'held by a hand while retained' },
  'no-reply': { zh: '动作完成，不回应', en: 'moves once, does not say so' },
  'no-reply-no-move': { zh: '接令后不动作、不回应', en: 'takes one order, does nothing' },
  wordless: { zh: '只动作，不应答', en: 'moves once without a word' },
  'miss-once': { zh: '漏听一条指令', en: 'misses one order' },
  'shutter-open': { zh: '闸门常开', en: 'shutter stands open' },

  'wrong-mac': { zh: '芯片校验码错误', en: 'chip answers with a wrong MAC' },
  'pulled-mid-read': { zh: '读取中证件被抽走', en: 'card pulled while read' },

  'no-card': { zh: '感应不到证件', en: 'does not see the card' },
  'read-fails': { zh: '读证失败', en: 'card cannot be read' },
  'sam-broken': { zh: '安全模块自检失败', en: 'SAM self-test failed' },
  'sam-login-failed': { zh: '安全模块登录失败', en: 'SAM login failed' },
  'sam-not-authorised': { zh: '安全模块未授权', en: 'SAM not authorised' },
  'lifted-mid-read': { zh: '读取中证件被拿开', en: 'card lifted while read' },
  'checksum-at-sam': { zh: '指令校验出错一次', en: 'a request arrives broken, once' },
  'unknown-type': { zh: '未知的证件类型', en: 'a kind of card nobody knows' },
  'not-permitted': { zh: '不允许读取', en: 'reading not permitted' },
  'random-failed': { zh: '证件取随机数失败', en: 'card gives no random number' },

  'encode-fail': { zh: '芯片写入失败', en: 'chip cannot be written' },
  'scanner-blind': { zh: '机读码无法识别', en: 'printed line not readable' },
  'print-faint': { zh: '打印过淡，无法回读', en: 'print too faint to read back' },
  'passage-stuck': { zh: '通道门打不开', en: 'passage does not open' },

  tampered: { zh: '键盘被拆动', en: 'PIN pad tampered with' },
  declines: { zh: '所有付款被拒绝', en: 'every payment declined' },
  'provider-away': { zh: '联系不上支付渠道', en: 'payment provider away' },
  'book-unreadable': { zh: '交易记录无法读取', en: 'charge book unreadable' },
  'pays-at-once': { zh: '顾客自动扫码付款', en: 'a customer pays at once' },
  'customer-cancels': { zh: '顾客按取消键', en: 'the customer presses cancel' },

  'cover-open': { zh: '机盖打开', en: 'cover open' },
  'cutter-jammed-at-rest': { zh: '切刀已卡住', en: 'cutter jammed now' },
  'cutter-jam-once': { zh: '切刀卡一次后自行恢复', en: 'cutter jams once, frees itself' },

  'hardware-broken': { zh: '硬件损坏', en: 'hardware broken' },
  'stuck-busy': { zh: '一直忙', en: 'busy for ever' },
  'false-ok': { zh: '谎报完成', en: 'says done, moves nothing' },
  'power-dip': { zh: '动作中途断电一次', en: 'power dips in the next motion' },
  forgets: { zh: '丢失操作记忆', en: 'forgets what it did' },
  'answer-lost': { zh: '做完后答复丢失', en: 'does it, the answer is lost' },
  'wrong-model': { zh: '接的是另一种设备', en: 'another kind of device' },

  silent: { zh: '设备无响应', en: 'device silent, port alive' },
  'half-frame': { zh: '报文只有一半', en: 'answers cut in half' },
  duplicate: { zh: '报文重复', en: 'answers come twice' },
  'late-answer': { zh: '答复迟到一分钟', en: 'answers a minute late' },
  'wrong-checksum': { zh: '校验和错误', en: 'wrong checksum' },
  garbage: { zh: '答复前有杂讯', en: 'noise before answers' },
  flood: { zh: '大量杂讯', en: 'a flood of noise' },
  'slow-bytes': { zh: '每秒一个字节', en: 'one byte a second' },
};
