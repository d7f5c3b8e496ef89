/** One message of each kind as it travels, of SD-DALIANG-01. Hashes are real; commands and jobs are signed with test key 1
 *  of RFC 8032 §7.1, so that another implementation can try its own against them. */
export const MESSAGE_EXAMPLES = {
  birth:
    '{"v":1,"kind":"birth","linkSession":812,"epoch":3,"t":{"boot":"b7f3c1d2","mono":61204,"wall":1795371144549,"srv":null},"software":{"terminal":"1.4.2","image":"2026.11.1","contract":[1]},"services":[{"id":"exit.endorse","release":17}],"devices":[{"module":"cardUnit","driver":"card-unit-creator-crt591","model":"CRT-591","serial":"A20417","firmware":"3.07"}],"twinVer":41,"lastCounter":5120}',
  leaving:
    '{"v":1,"kind":"leaving","linkSession":812,"t":{"boot":"b7f3c1d2","mono":982000,"wall":1795372065345,"srv":1795372064900},"reason":"restart"}',
  lost: '{"v":1,"kind":"lost","linkSession":812}',
  heartbeat:
    '{"v":1,"linkSession":812,"n":14,"t":{"boot":"b7f3c1d2","mono":701204,"wall":1795371784549,"srv":1795371784122},"state":"degraded","busy":false,"off":[{"service":"exit.collect","why":"documentLocker.hardwareError"}],"modules":[{"module":"cardUnit","state":"online"},{"module":"documentLocker","state":"hardwareError","fault":"stack.jam"}],"supplies":[{"unit":"receiptPaper","count":412,"capacity":1500,"source":"counted"}],"outbox":{"rows":0,"oldestMs":0},"sys":{"cpuPct":3,"memFreeMb":2210,"diskFreeMb":51200,"tempC":41}}',
  events:
    '{"v":1,"linkSession":812,"t":{"boot":"b7f3c1d2","mono":512061,"wall":1795371595406,"srv":1795371594900},"epoch":3,"from":1,"events":[{"seq":1,"j":1,"kind":"epoch-opened","boot":"b7f3c1d2","mono":9100,"wall":1795371092445,"epoch":3,"prevEpoch":2,"prevHead":"DaDuvqYNGJw1ovR6yLGoSsnBJI0lrvH9i6unHZk7UEw","reason":"disk-replaced"},{"seq":2,"j":14,"kind":"service-result","boot":"b7f3c1d2","mono":512040,"wall":1795371595385,"sessionId":"s7Qk2mVd0aYt","service":"exit.endorse","release":17,"outcome":"done","reason":null,"stop":null,"amountFen":1500,"chargedFen":1500,"refundedFen":0,"produced":1,"handedOver":1,"steps":[{"step":"read-card","outcome":"done","ms":812},{"step":"pay","outcome":"done","ms":21400}],"receiptId":"R7K2-9QXM","incident":null}],"chain":{"prev":"GqnqRaHGW67bO7AbhsKDvf_17UfXc0O682N0S0TWPfE","head":"NladMX_9teHbMh5ATa7k4sbT-5B0oQkYpE5mvUE6nKw"}}',
  acknowledgement: '{"v":1,"epoch":3,"upTo":2043,"missing":[[1990,1993]],"quarantined":[],"srv":1795371784130}',
  twinReport:
    '{"v":1,"linkSession":812,"t":{"boot":"b7f3c1d2","mono":702000,"wall":1795371785345,"srv":1795371784130},"ver":118,"appliedDesiredVer":41,"reported":{"screen":{"brightnessPct":70},"hours":{"calendar":"always-open"}},"errors":[]}',
  twinDesired: '{"v":1,"ver":42,"baseVer":41,"desiredDelta":{"screen":{"brightnessPct":55}}}',
  job: '{"v":1,"id":"job-31-2-0007","tid":"SD-DALIANG-01","type":"install-release","args":{"release":"exit.endorse@18"},"window":{"from":"01:00","to":"05:00","tz":"Asia/Shanghai"},"idleOnly":true,"issued":1795371700000,"exp":1803147700000,"reason":"fees of December","by":"rollout-31.wave-2","sig":{"key":"test-key-1","alg":"ed25519","value":"A5ZzrcGMkTwRbV7RVSJ20Y6qgBhOCBw3S_vEHB-URYZbi6CK3Z1Q_deZX3yNFgWrnHawZgE4PTutvjg2bOE_Dw"}}',
  jobWanted: '{"v":1,"want":"open"}',
  jobReport: '{"v":1,"id":"job-31-2-0007","state":"running","progress":{"phase":"download","pct":40},"code":null}',
  command:
    '{"v":1,"id":"01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47","tid":"SD-DALIANG-01","counter":5121,"type":"self-test","class":"B","args":{"module":"cardUnit"},"idleOnly":true,"emergency":false,"issued":1795371800000,"exp":1795372400000,"reason":"after a jam","workOrder":"WO-20261123-004","by":"staff-4c1e","sig":{"key":"test-key-1","alg":"ed25519","value":"71jF1fBAMd9Ws9FvEXHqaYrhSern0F4wtwxrJwvQ2JH5iwyFIf8f848COVzQrCQIUcRR_h78D3iLyrPPDnoQCA"}}',
  commandReport:
    '{"v":1,"id":"01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47","state":"done","code":null,"result":{"selfTest":"passed"}}',
  serverState:
    '{"v":1,"online":true,"serverEpoch":2,"at":1795371144000,"hbEverySec":[30,60],"reconnectSpreadSec":5,"slowdown":0}',
} as const;
