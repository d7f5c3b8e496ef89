import type { UseQueryResult } from '@tanstack/react-query';
import { Alert, Button, Skeleton } from 'antd';
import type { JSX, ReactNode } from 'react';
import { ApiError } from '../api-client/request.ts';
import { usePage } from '../page-context.ts';

/** What a failed request means, in the reader's language. */
function useFailureText(): (error: unknown) => string {
  const { words } = usePage();
  return (error) => (error instanceof ApiError && error.status > 0 ? words.fault(error.code) : words.text.unreachable);
}

/** A failure with its next step. */
export function Failure(props: {
  readonly title: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}): JSX.Element {
  const { words } = usePage();
  const failureText = useFailureText();
  return (
    <Alert
      type="error"
      showIcon={false}
      role="alert"
      title={<strong>{props.title}</strong>}
      description={failureText(props.error)}
      action={props.onRetry === undefined ? undefined : <Button onClick={props.onRetry}>{words.text.retry}</Button>}
    />
  );
}

/** Shows what a request answered; before that a skeleton, on failure the reason and a way on. Data that was read once
 *  stays while it is read again, and stays when that fails: its age is on it, and the failure above it. */
export function Answer<T>(props: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  const { words, isLive } = usePage();
  const { data, error, isPending, refetch } = props.query;
  const retry = (): void => void refetch();
  if (data !== undefined) {
    // A page that is cut off says so once, in its banner.
    const isOld = error !== null && isLive === true;
    return (
      <>
        {isOld ? <Failure title={words.text.againFailed} error={error} onRetry={retry} /> : null}
        {props.children(data)}
      </>
    );
  }
  if (isPending && error === null) {
    return (
      <div role="status" aria-label={words.text.loading}>
        <Skeleton active={false} paragraph={{ rows: 6 }} />
      </div>
    );
  }
  return <Failure title={words.text.failedTitle} error={error} onRetry={retry} />;
}

/** An empty list, or (`isPage`) a page about nothing: says that it is, and what to do. */
export function Nothing(props: {
  readonly title: string;
  readonly hint?: string;
  readonly isPage?: boolean;
  readonly children?: ReactNode;
}): JSX.Element {
  return (
    <div className="nothing">
      {props.isPage === true ? <h1>{props.title}</h1> : <p className="nothing-title">{props.title}</p>}
      {props.hint === undefined ? null : <p className="quiet">{props.hint}</p>}
      {props.children}
    </div>
  );
}
