import './zod-without-eval.ts';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { newQueryClient } from './api-client/queries.ts';
import './dashboard.css';
import './tokens.css';
import { router } from './router.tsx';
import { hideSignInCode } from './sign-in-code.ts';
import { installTrustedTypesPolicy, type TrustedTypesPage } from './trusted-types-policy.ts';

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
