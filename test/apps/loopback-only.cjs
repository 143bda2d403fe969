'use strict'
// Loaded into every application before its own code: what a test starts speaks to this machine only.
// HFS, for one, asks the local network for a router by UPnP as soon as it runs, and no setting stops it.
const dgram = require('node:dgram')
const net = require('node:net')

const loopback = /^(127\.|::1$|::ffff:127\.|localhost$)/

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0]
  const options = typeof first === 'object' ? first : { port: first, host: args[1] }
  if (options.path === undefined && !loopback.test(options.host ?? 'localhost')) {
    return this.destroy(new Error(`this test keeps the application on the loopback address: ${options.host}`))
  }
  return connect.apply(this, args)
}

const send = dgram.Socket.prototype.send
dgram.Socket.prototype.send = function (...args) {
  const address = args.findLast((arg) => typeof arg === 'string')
  return address === undefined || loopback.test(address) ? send.apply(this, args) : undefined
}
