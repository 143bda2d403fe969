import type { Rule } from '../rule.ts'
import { commandFilesOf, stepsOf } from './running.ts'
import { script } from './samples.ts'

/** usermod(8), gpasswd(1), adduser(8), useradd(8). */
const ADDS: readonly RegExp[] = [
  /\b(?:usermod|useradd)\b[^;&|]*\s(?:-\w*G|--groups)[\s=]*["']?(?:[\w-]+,)*docker\b/,
  /\bgpasswd\s+(?:-a|--add)\s+\S+\s+docker\b/,
  /\b(?:adduser|addgroup)\s+(?:-\S+\s+){0,5}["']?[\w$:{}-]+["']?\s+docker\b/,
]

export const dockerGroup = {
  id: 'automation.docker-group',
  severity: 'high',
  title: 'A script puts a user into the group docker, which is as good as root',
  looksFor: 'Scripts and CI steps that add a user to the group docker (usermod, gpasswd, adduser).',
  why: 'Who may talk to the engine can start a container that mounts the whole disk. A "dedicated user with limited rights" is then root, without a password and without a line in the log of sudo.',
  fix: "Leave the group out. Let root's systemd units start the stack, or run the engine rootless for that user.",
  bad: script('install.sh', 'useradd --system --create-home shop', 'usermod -aG docker shop'),
  good: script('install.sh', 'useradd --system --create-home shop', 'systemctl enable --now shop.service'),
  applies: (stack) => commandFilesOf(stack, 'script').length > 0,
  check(stack, report) {
    for (const { commands } of [...commandFilesOf(stack, 'script'), ...stepsOf(stack)]) {
      for (const { expanded, at } of commands) {
        if (!ADDS.some((pattern) => pattern.test(expanded))) continue
        report({
          at,
          observed: `${at.file} puts a user into the group docker`,
          expected: 'no member of the group docker',
        })
      }
    }
  },
} satisfies Rule
