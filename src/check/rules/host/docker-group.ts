import type { Rule } from '../rule.ts'

export const dockerGroup = {
  id: 'host.docker-group',
  severity: 'high',
  title: 'A user is in the group docker, which is as good as root',
  looksFor: 'Members of the group docker in /etc/group.',
  why: 'Who may talk to the engine can start a container that mounts the whole disk: root, without a password and without a trace in sudo\'s log. A "dedicated user with limited sudo" is then neither.',
  fix: 'Take the user out ("gpasswd -d NAME docker") and use "sudo docker", or run the engine rootless.',
  bad: { 'etc/group': 'root:x:0:\ndocker:x:999:dataspace\n' },
  good: { 'etc/group': 'root:x:0:\ndocker:x:999:\n' },
  applies: ({ host }) => (host?.accounts.groups.size ?? 0) > 0,
  check({ host, liveDocker }, report) {
    const group = host!.accounts.groups.get('docker')
    // The group of an engine without root rules over that engine's user only.
    if (group === undefined || group.value.length === 0 || liveDocker?.rootless === true) return
    const members = group.value.filter((name) => name !== 'root').join(', ')
    if (members !== '') report({ at: group.at, observed: `members of docker: ${members}`, expected: 'none' })
  },
} satisfies Rule
