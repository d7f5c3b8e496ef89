import type { ReactElement } from 'react';
import { usePage } from '../components/page-context.ts';
import { ApprovalWaitScreen } from './approval-wait-screen.tsx';
import { AttractScreen } from './attract-screen.tsx';
import { ChooseScreen } from './choose-screen.tsx';
import { ConsentScreen } from './consent-screen.tsx';
import { DocumentScanScreen } from './document-scan-screen.tsx';
import { EndScreen } from './end-screen.tsx';
import { FaceScreen } from './face-screen.tsx';
import { FingerprintScreen } from './fingerprint-screen.tsx';
import { FormScreen } from './form-screen.tsx';
import { GiveOldScreen } from './give-old-screen.tsx';
import { GuideScreen } from './guide-screen.tsx';
import { HelpScreen } from './help-screen.tsx';
import { MaintenanceScreen } from './maintenance-screen.tsx';
import { MenuScreen } from './menu-screen.tsx';
import { OutOfServiceScreen } from './out-of-service-screen.tsx';
import { PayScreen } from './pay-screen.tsx';
import { PhotoScreen } from './photo-screen.tsx';
import { ProduceScreen } from './produce-screen.tsx';
import { RateScreen } from './rate-screen.tsx';
import { ReadCardScreen } from './read-card-screen.tsx';
import { ReceiptScreen } from './receipt-screen.tsx';
import { RecoveryScreen } from './recovery-screen.tsx';
import { RefusedScreen } from './refused-screen.tsx';
import { ReviewScreen } from './review-screen.tsx';
import { ScanCodeScreen } from './scan-code-screen.tsx';
import { SignatureScreen } from './signature-screen.tsx';
import { StartScreen } from './start-screen.tsx';
import { StoppedScreen } from './stopped-screen.tsx';
import { TakeScreen } from './take-screen.tsx';
import { TimeoutScreen } from './timeout-screen.tsx';

/** The screen of the present view: one for every kind there is. */
export function Screen(): ReactElement {
  const { view } = usePage();
  switch (view.kind) {
    case 'attract':
      return <AttractScreen body={view.body} />;
    case 'start':
      return <StartScreen />;
    case 'menu':
      return <MenuScreen body={view.body} />;
    case 'guide':
      return <GuideScreen body={view.body} />;
    case 'consent':
      return <ConsentScreen body={view.body} />;
    case 'read-card':
      return <ReadCardScreen body={view.body} />;
    case 'scan-code':
      return <ScanCodeScreen body={view.body} />;
    case 'face':
      return <FaceScreen body={view.body} />;
    case 'choose':
      return <ChooseScreen body={view.body} />;
    case 'form':
      return <FormScreen body={view.body} />;
    case 'photo':
      return <PhotoScreen body={view.body} />;
    case 'fingerprint':
      return <FingerprintScreen body={view.body} />;
    case 'signature':
      return <SignatureScreen body={view.body} />;
    case 'document-scan':
      return <DocumentScanScreen body={view.body} />;
    case 'give-old':
      return <GiveOldScreen body={view.body} />;
    case 'review':
      return <ReviewScreen body={view.body} />;
    case 'approval-wait':
      return <ApprovalWaitScreen body={view.body} />;
    case 'pay':
      return <PayScreen body={view.body} />;
    case 'produce':
      return <ProduceScreen body={view.body} />;
    case 'take':
      return <TakeScreen body={view.body} />;
    case 'receipt':
      return <ReceiptScreen body={view.body} />;
    case 'rate':
      return <RateScreen />;
    case 'end':
      return <EndScreen body={view.body} />;
    case 'timeout':
      return <TimeoutScreen body={view.body} />;
    case 'help':
      return <HelpScreen body={view.body} />;
    case 'refused':
      return <RefusedScreen body={view.body} />;
    case 'stopped':
      return <StoppedScreen body={view.body} />;
    case 'out-of-service':
      return <OutOfServiceScreen body={view.body} />;
    case 'recovery':
      return <RecoveryScreen body={view.body} />;
    case 'maintenance':
      return <MaintenanceScreen body={view.body} />;
    default:
      return view satisfies never;
  }
}
