// vectors.mjs FILE...: checks vectors that mls-vectors wrote with ts-mls, one line per file: "name: passed/total".
import { readFileSync } from "node:fs"
import { basename } from "node:path"
import {
  decodeMlsMessage, encodeMlsMessage, getCiphersuiteFromName, getCiphersuiteImpl, joinGroup, makePskIndex,
  processPrivateMessage, processPublicMessage,
} from "ts-mls"
import { decodeRatchetTree } from "ts-mls/ratchetTree.js"
import { treeHash } from "ts-mls/treeHash.js"
import { deriveSecret, deriveTreeSecret, expandWithLabel } from "ts-mls/crypto/kdf.js"
import { decryptWithLabel } from "ts-mls/crypto/hpke.js"
import { refhash } from "ts-mls/crypto/hash.js"
import { verifyWithLabel } from "ts-mls/crypto/signature.js"

const suite = await getCiphersuiteImpl(getCiphersuiteFromName("MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519"))
const hex = (bytes) => Buffer.from(bytes).toString("hex")
const unhex = (text) => new Uint8Array(Buffer.from(text, "hex"))
const message = (text) => decodeMlsMessage(unhex(text), 0)[0]
const same = (got, wanted, step) => {
  const text = typeof got === "string" ? got : hex(got)
  if (text !== wanted) throw new Error(`${step}: ${text} instead of ${wanted}`)
}

async function cryptoBasics(one) {
  const { ref_hash: ref, expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree } = one
  same(await refhash(ref.label, unhex(ref.value), suite.hash), ref.out, "RefHash")
  same(await expandWithLabel(unhex(expand.secret), expand.label, unhex(expand.context), expand.length, suite.kdf), expand.out, "ExpandWithLabel")
  same(await deriveSecret(unhex(derive.secret), derive.label, suite.kdf), derive.out, "DeriveSecret")
  same(await deriveTreeSecret(unhex(tree.secret), tree.label, tree.generation, tree.length, suite.kdf), tree.out, "DeriveTreeSecret")
  const sign = one.sign_with_label
  if (!(await verifyWithLabel(unhex(sign.pub), sign.label, unhex(sign.content), unhex(sign.signature), suite.signature)))
    throw new Error("SignWithLabel")
  const sealed = one.encrypt_with_label
  const key = await suite.hpke.importPrivateKey(unhex(sealed.priv))
  same(await decryptWithLabel(key, sealed.label, unhex(sealed.context), unhex(sealed.kem_output), unhex(sealed.ciphertext), suite.hpke),
    sealed.plaintext, "EncryptWithLabel")
}

async function treeValidation(one) {
  const [tree] = decodeRatchetTree(unhex(one.tree), 0)
  for (const [node, hash] of one.tree_hashes.entries()) same(await treeHash(tree, node, suite.hash), hash, `tree hash of node ${node}`)
}

async function messages(one) {
  for (const field of ["mls_welcome", "mls_group_info", "mls_key_package", "public_message_proposal", "public_message_commit", "private_message"])
    same(encodeMlsMessage(message(one[field])), one[field], field)
}

async function passiveClient(one) {
  const keyPackage = message(one.key_package).keyPackage
  const privateKeys = {
    initPrivateKey: unhex(one.init_priv), hpkePrivateKey: unhex(one.encryption_priv), signaturePrivateKey: unhex(one.signature_priv),
  }
  // ts-mls names external keys by the base64 of their ids.
  const psks = Object.fromEntries(one.external_psks.map(({ psk_id, psk }) => [Buffer.from(psk_id, "hex").toString("base64"), unhex(psk)]))
  const tree = one.ratchet_tree ? decodeRatchetTree(unhex(one.ratchet_tree), 0)[0] : undefined
  let state = await joinGroup(message(one.welcome).welcome, keyPackage, privateKeys, makePskIndex(undefined, psks), suite, tree)
  same(state.keySchedule.epochAuthenticator, one.initial_epoch_authenticator, "join")
  for (const [number, epoch] of one.epochs.entries()) {
    for (const text of [...epoch.proposals, epoch.commit]) {
      const parsed = message(text)
      const index = makePskIndex(state, psks)
      state = (parsed.wireformat === "mls_public_message"
        ? await processPublicMessage(state, parsed.publicMessage, index, suite)
        : await processPrivateMessage(state, parsed.privateMessage, index, suite)).newState
    }
    same(state.keySchedule.epochAuthenticator, epoch.epoch_authenticator, `epoch ${number}`)
  }
}

const kinds = {
  "crypto-basics": cryptoBasics, "tree-validation": treeValidation, messages, "passive-client": passiveClient,
}
let failed = false
for (const file of process.argv.slice(2)) {
  const name = basename(file, ".json")
  if (!kinds[name]) continue
  const cases = JSON.parse(readFileSync(file, "utf8"))
  let passed = 0
  const failures = []
  for (const [at, one] of cases.entries()) {
    try {
      await kinds[name](one)
      passed += 1
    } catch (error) {
      failures.push(`  case ${at}: ${error.stack}`)
    }
  }
  console.log([`${name}: ${passed}/${cases.length}`, ...failures].join("\n"))
  failed ||= failures.length > 0
}
process.exit(failed ? 1 : 0)
