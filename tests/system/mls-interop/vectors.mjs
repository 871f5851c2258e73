// vectors.mjs FILE...: checks vectors that mls-vectors wrote with ts-mls, one line per file: "name: passed/total".
import { readFileSync } from "node:fs"
import { basename } from "node:path"
import {
  decodeMlsMessage, encodeMlsMessage, getCiphersuiteFromName, getCiphersuiteImpl, joinGroup, makePskIndex,
  processPrivateMessage, processPublicMessage,
} from "ts-mls"
import { addLeafNode, decodeRatchetTree, ratchetTreeEncoder, removeLeafNode, updateLeafNode } from "ts-mls/ratchetTree.js"
import { treeHash, treeHashRoot } from "ts-mls/treeHash.js"
import { determineLength } from "ts-mls/codec/variableLength.js"
import { encode } from "ts-mls/codec/tlsEncoder.js"
import { left, leafToNodeIndex, parent, right, root, sibling } from "ts-mls/treemath.js"
import { initializeEpoch, mlsExporter } from "ts-mls/keySchedule.js"
import { computePskSecret } from "ts-mls/presharedkey.js"
import { createSecretTree, deriveKey, deriveNonce, ratchetUntil } from "ts-mls/secretTree.js"
import { expandSenderDataKey, expandSenderDataNonce } from "ts-mls/sender.js"
import { createConfirmedHash, createInterimHash } from "ts-mls/transcriptHash.js"
import { decodeAuthenticatedContent } from "ts-mls/authenticatedContent.js"
import { decodeProposal } from "ts-mls/proposal.js"
import { decodeCommit } from "ts-mls/commit.js"
import { decodeGroupContext } from "ts-mls/groupContext.js"
import { applyUpdatePath, decodeUpdatePath, firstCommonAncestor } from "ts-mls/updatePath.js"
import { getCommitSecret } from "ts-mls/pathSecrets.js"
import { unprotectPrivateMessage } from "ts-mls/messageProtection.js"
import { unprotectPublicMessage } from "ts-mls/messageProtectionPublic.js"
import { defaultKeyRetentionConfig } from "ts-mls/keyRetentionConfig.js"
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

async function deserialization(one) {
  const { length, lengthFieldSize } = determineLength(unhex(one.vlbytes_header))
  same(String(length), String(one.length), "length")
  same(String(lengthFieldSize), String(one.vlbytes_header.length / 2), "its size")
}

async function treeMath(one) {
  same(String(root(one.n_leaves)), String(one.root), "root")
  const functions = { left, right, parent, sibling }
  for (const [name, column] of Object.entries(functions))
    for (const [node, wanted] of one[name].entries())
      // ts-mls throws or runs out of the tree where there is none.
      if (wanted !== null) same(String(column(node, one.n_leaves)), String(wanted), `${name} of ${node}`)
}

async function keySchedule(one) {
  let init = unhex(one.initial_init_secret)
  for (const [number, epoch] of one.epochs.entries()) {
    const [context] = decodeGroupContext(unhex(epoch.group_context), 0)
    same(context.treeHash, epoch.tree_hash, "tree hash in the context")
    const made = await initializeEpoch(init, unhex(epoch.commit_secret), context, unhex(epoch.psk_secret), suite.kdf)
    const schedule = made.keySchedule
    for (const [got, field] of [
      [made.joinerSecret, "joiner_secret"], [made.welcomeSecret, "welcome_secret"], [made.encryptionSecret, "encryption_secret"],
      [schedule.initSecret, "init_secret"], [schedule.senderDataSecret, "sender_data_secret"], [schedule.exporterSecret, "exporter_secret"],
      [schedule.externalSecret, "external_secret"], [schedule.confirmationKey, "confirmation_key"],
      [schedule.membershipKey, "membership_key"], [schedule.resumptionPsk, "resumption_psk"],
      [schedule.epochAuthenticator, "epoch_authenticator"],
    ]) same(got, epoch[field], `epoch ${number}: ${field}`)
    const { label, context: exporterContext, length, secret } = epoch.exporter
    same(await mlsExporter(schedule.exporterSecret, label, unhex(exporterContext), length, suite), secret, `epoch ${number}: exporter`)
    const pair = await suite.hpke.deriveKeyPair(schedule.externalSecret)
    same(await suite.hpke.exportPublicKey(pair.publicKey), epoch.external_pub, `epoch ${number}: external_pub`)
    init = schedule.initSecret
  }
}

async function pskSecret(one) {
  const psks = one.psks.map(({ psk_id, psk, psk_nonce }) => [
    { psktype: "external", pskId: unhex(psk_id), pskNonce: unhex(psk_nonce) }, unhex(psk),
  ])
  same(await computePskSecret(psks, suite), one.psk_secret, "psk_secret")
}

async function secretTree(one) {
  const { sender_data_secret, ciphertext, key, nonce } = one.sender_data
  same(await expandSenderDataKey(suite, unhex(sender_data_secret), unhex(ciphertext)), key, "sender data key")
  same(await expandSenderDataNonce(suite, unhex(sender_data_secret), unhex(ciphertext)), nonce, "sender data nonce")
  const tree = await createSecretTree(one.leaves.length, unhex(one.encryption_secret), suite.kdf)
  const far = { ...defaultKeyRetentionConfig, maximumForwardRatchetSteps: 1000 }
  for (const [leaf, generations] of one.leaves.entries())
    for (const wanted of generations)
      for (const type of ["application", "handshake"]) {
        const [at] = await ratchetUntil(tree[2 * leaf][type], wanted.generation, far, suite.kdf)
        const where = `${type} generation ${wanted.generation} of leaf ${leaf}`
        same(await deriveKey(at.secret, wanted.generation, suite), wanted[`${type}_key`], `key of ${where}`)
        same(await deriveNonce(at.secret, wanted.generation, suite), wanted[`${type}_nonce`], `nonce of ${where}`)
      }
}

async function transcriptHashes(one) {
  const [content] = decodeAuthenticatedContent(unhex(one.authenticated_content), 0)
  const input = { wireformat: content.wireformat, content: content.content, signature: content.auth.signature }
  const confirmed = await createConfirmedHash(unhex(one.interim_transcript_hash_before), input, suite.hash)
  same(confirmed, one.confirmed_transcript_hash_after, "confirmed transcript hash")
  const tag = content.auth.confirmationTag
  same(await suite.hash.mac(unhex(one.confirmation_key), confirmed), hex(tag), "confirmation tag")
  same(await createInterimHash(confirmed, tag, suite.hash), one.interim_transcript_hash_after, "interim transcript hash")
}

async function treeOperations(one) {
  const [before] = decodeRatchetTree(unhex(one.tree_before), 0)
  same(await treeHashRoot(before, suite.hash), one.tree_hash_before, "tree hash before")
  const [proposal] = decodeProposal(unhex(one.proposal), 0)
  const after = {
    add: () => addLeafNode(before, proposal.add.keyPackage.leafNode)[0],
    update: () => updateLeafNode(before, proposal.update.leafNode, one.proposal_sender),
    remove: () => removeLeafNode(before, proposal.remove.removed),
  }[proposal.proposalType]()
  same(await treeHashRoot(after, suite.hash), one.tree_hash_after, "tree hash after")
  same(encode(ratchetTreeEncoder)(after), one.tree_after, "tree after")
}

async function treekem(one) {
  const [tree] = decodeRatchetTree(unhex(one.ratchet_tree), 0)
  for (const path of one.update_paths) {
    const [updatePath] = decodeUpdatePath(unhex(path.update_path), 0)
    const after = await applyUpdatePath(tree, path.sender, updatePath, suite.hash)
    same(await treeHashRoot(after, suite.hash), path.tree_hash_after, `tree hash after the path of ${path.sender}`)
    for (const [leaf, secret] of path.path_secrets.entries()) {
      if (secret === null) continue
      const ancestor = firstCommonAncestor(after, leaf, path.sender)
      same(await getCommitSecret(after, ancestor, unhex(secret), suite.kdf), path.commit_secret, `commit secret of leaf ${leaf}`)
    }
  }
}

async function messageProtection(one) {
  const context = {
    version: "mls10", cipherSuite: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519", groupId: unhex(one.group_id),
    epoch: BigInt(one.epoch), treeHash: unhex(one.tree_hash), confirmedTranscriptHash: unhex(one.confirmed_transcript_hash),
    extensions: [],
  }
  // The sender is leaf 1 of two; of its leaf only the signature key matters.
  const leaf = { nodeType: "leaf", leaf: { signaturePublicKey: unhex(one.signature_pub) } }
  const tree = [leaf, undefined, leaf]
  const content = { proposal: (text) => decodeProposal(unhex(text), 0)[0], commit: (text) => decodeCommit(unhex(text), 0)[0] }
  const secrets = await createSecretTree(2, unhex(one.encryption_secret), suite.kdf)
  const opened = async (text) => (await unprotectPrivateMessage(unhex(one.sender_data_secret), message(text).privateMessage, secrets, tree,
    context, defaultKeyRetentionConfig, suite)).content.content
  for (const kind of ["proposal", "commit"]) {
    const shown = await unprotectPublicMessage(unhex(one.membership_key), context, tree, message(one[`${kind}_pub`]).publicMessage, suite)
    for (const got of [shown.content, await opened(one[`${kind}_priv`])])
      if (JSON.stringify(got[kind], bytesAsHex) !== JSON.stringify(content[kind](one[kind]), bytesAsHex)) throw new Error(`${kind} reads otherwise`)
  }
  same((await opened(one.application_priv)).applicationData, one.application, "application data")
}

const bytesAsHex = (_, value) => (value instanceof Uint8Array ? hex(value) : typeof value === "bigint" ? String(value) : value)

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
  "crypto-basics": cryptoBasics, deserialization, "key-schedule": keySchedule, "message-protection": messageProtection, messages,
  "passive-client": passiveClient, psk_secret: pskSecret, "secret-tree": secretTree, "transcript-hashes": transcriptHashes,
  "tree-math": treeMath, "tree-operations": treeOperations, "tree-validation": treeValidation, treekem,
}
let failed = false
for (const file of process.argv.slice(2)) {
  const name = basename(file, ".json")
  if (!kinds[name]) throw new Error(`${name}: nothing here checks such vectors`)
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
