import type { Sabotage } from '../sabotage.ts'

/** A cookie of the right length is a session, whoever made it up. */
export const sabotage: Sabotage = {
  edits: [
    {
      file: 'guards/sessions/edge.ts',
      from: "services.session(hash('sha256', token, 'base64url'))",
      to: "{ id: token, subject: token, email: '', roles: ['admin', 'staff'], site: host, expires: Number.MAX_SAFE_INTEGER }",
    },
  ],
  breaks: ['sessions.forged'],
}
