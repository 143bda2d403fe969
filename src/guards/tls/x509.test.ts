import 'reflect-metadata'
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import * as reader from '@peculiar/x509'
import { integer, objectId, octetString, time } from './der.ts'
import { newKey } from './signer.ts'
import * as x509 from './x509.ts'

const { pem, publicKey } = newKey()
const names = ['app.example.org', '192.0.2.7', '2001:db8::7', '::1', '1:2:3:4:5:6:7:8']

function sign(notBefore: number, notAfter: number): string {
  const extensions = [
    x509.certificateAuthority,
    x509.signsCertificates,
    x509.serverAuth,
    x509.subjectAltName(names),
    x509.subjectKeyIdentifier(x509.keyIdentifier(publicKey)),
  ]
  const contents = { issuer: 'Issuer', subject: 'Subject', notBefore, notAfter, publicKey, extensions }
  return x509.signCertificate(contents, createPrivateKey(pem))
}

test('a library that did not write the certificate reads in it what was meant', async () => {
  const start = Date.UTC(2026, 0, 31, 23, 59, 59)
  const end = Date.UTC(2050, 1, 1)
  const found = new reader.X509Certificate(sign(start, end))
  assert.deepEqual([found.issuer, found.subject], ['CN=Issuer', 'CN=Subject'])
  assert.deepEqual([found.notBefore.getTime(), found.notAfter.getTime()], [start, end])
  assert.ok(await found.verify({ publicKey: found.publicKey, signatureOnly: true }))
  const constraints = found.getExtension(reader.BasicConstraintsExtension)
  assert.deepEqual([constraints?.ca, constraints?.pathLength, constraints?.critical], [true, 0, true])
  const { keyCertSign, cRLSign } = reader.KeyUsageFlags
  assert.equal(found.getExtension(reader.KeyUsagesExtension)?.usages, keyCertSign | cRLSign)
  assert.equal(found.getExtension(reader.ExtendedKeyUsageExtension)?.usages.join(), reader.ExtendedKeyUsage.serverAuth)
  const alternatives = found.getExtension(reader.SubjectAlternativeNameExtension)?.names.toJSON()
  assert.deepEqual(
    alternatives?.map(({ type }) => type),
    ['dns', 'ip', 'ip', 'ip', 'ip'],
  )
})

test('OpenSSL finds every host and address in the certificate, and the key that was given', () => {
  const found = new X509Certificate(sign(0, 1_000))
  assert.equal(found.checkHost(names[0]!), names[0])
  for (const address of names.slice(1)) assert.equal(found.checkIP(address), address)
  assert.ok(found.publicKey.equals(createPublicKey(pem)))
  assert.ok(found.verify(createPublicKey(pem)))
})

test('serial numbers are positive, of sixteen bytes and never the same', () => {
  const serials = Array.from({ length: 200 }, () => new X509Certificate(sign(0, 1_000)).serialNumber)
  assert.equal(new Set(serials).size, 200)
  for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/)
})

test('writes the encodings that X.690 and RFC 5280 give as examples', () => {
  assert.equal(objectId('1.2.840.113549').toString('hex'), '06062a864886f70d')
  assert.equal(objectId('2.5.29.17').toString('hex'), '0603551d11')
  assert.equal(integer(Uint8Array.of(2)).toString('hex'), '020102')
  assert.equal(octetString(Buffer.alloc(127)).toString('hex', 0, 2), '047f')
  assert.equal(octetString(Buffer.alloc(128)).toString('hex', 0, 3), '048180')
  assert.equal(octetString(Buffer.alloc(65_536)).toString('hex', 0, 5), '0483010000')
  assert.equal(time(Date.UTC(2049, 11, 31, 23, 59, 59)).toString('latin1'), '\x17\x0d491231235959Z')
  assert.equal(time(Date.UTC(2050, 0, 1)).toString('latin1'), '\x18\x0f20500101000000Z')
})
