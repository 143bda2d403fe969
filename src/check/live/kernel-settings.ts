/** Kernel settings that matter for a host on the internet, and the values that are safe. */
export interface KernelSetting {
  readonly name: string
  readonly safe: readonly string[]
  /** What an unsafe value allows, as the end of a sentence. */
  readonly danger: string
}

export const KERNEL_SETTINGS: readonly KernelSetting[] = [
  { name: 'net.ipv4.conf.all.rp_filter', safe: ['1', '2'], danger: 'packets with forged source addresses pass' },
  { name: 'net.ipv4.tcp_syncookies', safe: ['1', '2'], danger: 'a flood of half-open connections shuts others out' },
  { name: 'net.ipv4.conf.all.accept_redirects', safe: ['0'], danger: 'a neighbour can redirect the traffic to itself' },
  { name: 'net.ipv6.conf.all.accept_redirects', safe: ['0'], danger: 'a neighbour can redirect the traffic to itself' },
  { name: 'net.ipv4.conf.all.accept_source_route', safe: ['0'], danger: 'a sender chooses the way of its packets' },
  { name: 'kernel.kptr_restrict', safe: ['1', '2'], danger: 'every user sees addresses of the kernel' },
  { name: 'kernel.dmesg_restrict', safe: ['1'], danger: "every user reads the kernel's messages" },
  { name: 'kernel.randomize_va_space', safe: ['2'], danger: 'addresses in memory can be guessed' },
  {
    name: 'kernel.yama.ptrace_scope',
    safe: ['1', '2', '3'],
    danger: "a process reads the memory of its user's other ones",
  },
  { name: 'fs.protected_hardlinks', safe: ['1'], danger: "links in shared folders lead programs to others' files" },
  { name: 'fs.protected_symlinks', safe: ['1'], danger: "links in shared folders lead programs to others' files" },
  { name: 'fs.suid_dumpable', safe: ['0', '2'], danger: 'memory of privileged programs is written to disk' },
]
