import type { Sabotage } from '../sabotage.ts'

/** Any secret opens the setup page. */
export const sabotage: Sabotage = {
  edits: [
    {
      file: 'control/portal/setup.ts',
      from: 'if (!(await ports.accounts.isSetupSecret(secret))) throw voidLink()',
      to: '',
    },
  ],
  breaks: ['accounts.closed-registration'],
}
