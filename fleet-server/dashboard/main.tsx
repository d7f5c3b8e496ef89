import './zod-without-eval.ts';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { newQueryClient } from './api-client/queries.ts';
import { router } from './router.tsx';
import { hideSignInCode } from './sign-in-code.ts';
import { installTrustedTypesPolicy, type TrustedTypesPage } from './trusted-types-policy.ts';
// What comes later overrules what came before: the parts of a page, then sizes of screens, then the user's own wishes.
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/overview.css';
import './styles/lists.css';
import './styles/terminal.css';
import './styles/phone.css';
import './styles/wide.css';
import './styles/preferences.css';

installTrustedTypesPolicy(globalThis as TrustedTypesPage);
hideSignInCode(globalThis);
// A link pasted into a tab that already shows the page changes only the part after #.
globalThis.addEventListener('hashchange', () => {
  if (globalThis.location.hash.startsWith('#code=')) globalThis.location.reload();
});

const place = document.querySelector('#root');
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={newQueryClient()}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
