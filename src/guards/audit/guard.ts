import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { createInspect } from './prove.ts'

const UNCOUNTERED = 'It is about files, which no gate can be asked for; the sabotage tests of this guard change them.'

export const audit = defineGuard<Policy>({
  id: 'audit',
  title: 'Audit log',
  controls: [
    { id: 'audit.tree', promise: 'No entry can be changed, removed or added unseen.', uncountered: UNCOUNTERED },
    { id: 'audit.rollback', promise: 'The log as a whole can’t be set back unseen.', uncountered: UNCOUNTERED },
  ],
  reasons: {},
  inspect: createInspect(),
})
