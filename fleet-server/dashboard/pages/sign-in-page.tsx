import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useEffect, useId, useState, type JSX } from 'react';
import type { Replies } from '../api-client/api-types.ts';
import { sessionQuery } from '../api-client/queries.ts';
import { request } from '../api-client/request.ts';
import { Failure } from '../components/answer.tsx';
import { LanguageButton } from '../components/language-button.tsx';
import { usePage } from '../page-context.ts';
import { codeOfLink, takeSignInCode } from '../sign-in-code.ts';

/** Signing in: at once when the address brought a code, by hand otherwise. The code goes in a request's body, so it
 *  never stands in a request line, a log or a referrer. */
export function SignInPage(props: { readonly ended: boolean }): JSX.Element {
  const { words } = usePage();
  const { signIn } = words.text;
  const client = useQueryClient();
  const navigate = useNavigate();
  const signingIn = useMutation({
    mutationFn: (code: string) => request<Replies['session']>('/api/session', { method: 'POST', body: { code } }),
    onSuccess: async (session) => {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      if (globalThis.location.pathname === '/sign-in') await navigate({ to: '/' });
    },
  });
  const { mutate } = signingIn;
  useEffect(() => {
    const code = takeSignInCode();
    if (code !== undefined) mutate(code);
  }, [mutate]);
  return (
    <main id="content" className="sign-in" tabIndex={-1}>
      <div className="sign-in-tools">
        <LanguageButton />
      </div>
      <h1>
        {words.text.product} <span className="quiet">{words.text.productLong}</span>
      </h1>
      <h2>{signIn.title}</h2>
      {signingIn.isPending ? (
        <p role="status">{signIn.working}</p>
      ) : (
        <>
          {signingIn.isError ? <Failure title={signIn.failed} error={signingIn.error} /> : null}
          {props.ended && !signingIn.isError ? <p role="status">{signIn.ended}</p> : null}
          <p className="quiet">{signIn.intro}</p>
          <CodeForm onCode={mutate} />
        </>
      )}
    </main>
  );
}

function CodeForm(props: { readonly onCode: (code: string) => void }): JSX.Element {
  const { words } = usePage();
  const { signIn } = words.text;
  const id = useId();
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        const code = codeOfLink(typed);
        setWrong(code === undefined);
        if (code !== undefined) props.onCode(code);
      }}
    >
      <label htmlFor={id}>{signIn.field}</label>
      <Input
        id={id}
        value={typed}
        maxLength={400}
        autoComplete="off"
        spellCheck={false}
        {...(isWrong ? { status: 'error', 'aria-invalid': true, 'aria-describedby': `${id}-wrong` } : {})}
        onChange={(event) => setTyped(event.target.value)}
      />
      {isWrong ? (
        <p id={`${id}-wrong`} role="alert" className="is-bad">
          {signIn.empty}
        </p>
      ) : null}
      <Button type="primary" htmlType="submit">
        {signIn.submit}
      </Button>
    </form>
  );
}
