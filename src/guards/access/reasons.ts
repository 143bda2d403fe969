import { declareReasons } from '../../kernel/verdict.ts'

export const reasons = declareReasons('access', {
  'sign-in': {
    status: 401,
    title: 'Sign in to go on.',
    advice: 'The rule asks for a signed-in person and the request had no live session.',
  },
  'no-rule': {
    status: 403,
    title: 'You may not go here.',
    advice: 'No rule of the site covers the request; what no rule allows is denied.',
  },
  nobody: {
    status: 403,
    title: 'Nobody may go here.',
    advice: 'The rule that covers the request allows nobody.',
  },
  role: {
    status: 403,
    title: 'You may not go here.',
    advice: 'The rule asks for a role that the person does not have.',
  },
  from: {
    status: 403,
    title: 'You may not go here from where you are.',
    advice: 'The rule allows certain networks, and the client address lies in none of them.',
  },
  ambiguous: {
    status: 400,
    title: 'The address of this request can be read in more than one way.',
    advice: 'An application could read path or parameters in ways for which the rules decide differently.',
  },
  preflight: {
    status: 204,
    title: 'A page of this group of sites may call this one.',
    advice: 'A CORS preflight between sites of one group was answered by the gate.',
  },
})
