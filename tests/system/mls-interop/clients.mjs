// Two kinds of MLS client behind one interface: ours (an mls-peer process) and ts-mls. Messages are hex of MLSMessages.
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import {
  createApplicationMessage, createCommit, createGroup, createProposal, decodeMlsMessage, defaultCapabilities, defaultLifetime,
  emptyPskIndex, encodeMlsMessage, generateKeyPackageWithKey, getCiphersuiteFromName, getCiphersuiteImpl, joinGroup,
  joinGroupExternal, processPrivateMessage, processPublicMessage,
} from "ts-mls"
import { createGroupInfo } from "ts-mls/createCommit.js"
import { decodeRatchetTree, ratchetTreeEncoder } from "ts-mls/ratchetTree.js"
import { encode } from "ts-mls/codec/tlsEncoder.js"

const hex = (bytes) => Buffer.from(bytes).toString("hex")
const unhex = (text) => new Uint8Array(Buffer.from(text, "hex"))
const version = "mls10"
const message = (content) => hex(encodeMlsMessage({ version, ...content }))
const parse = (text) => decodeMlsMessage(unhex(text), 0)[0]
const encodeTree = (tree) => encode(ratchetTreeEncoder)(tree)

export class Ours {
  kind = "ours"
  constructor(name, program, seed) {
    this.name = name
    this.process = spawn(program, [String(seed)], { stdio: ["pipe", "pipe", "inherit"] })
    this.replies = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]()
  }
  async ask(request) {
    this.process.stdin.write(JSON.stringify(request) + "\n")
    const { value, done } = await this.replies.next()
    if (done) throw new Error(`${this.name}: mls-peer ended at ${request.op}`)
    const reply = JSON.parse(value)
    if (!reply.ok) throw new Error(`${this.name}: ${request.op}: ${reply.error}`)
    return reply
  }
  async keyPackage(grease) { return (await this.ask({ op: "keypackage", name: this.name, grease })).keypackage }
  create(group) { return this.ask({ op: "create", group }) }
  // keypackages and leaves by value; none of either: everything that waits, or an empty commit
  async commit({ keypackages = [], leaves = [], open, treeInside }) {
    const framing = { public: open, tree_in_welcome: treeInside }
    if (keypackages.length > 0) return this.ask({ op: "add", keypackages, ...framing })
    if (leaves.length > 0) return this.ask({ op: "remove", leaves, ...framing })
    return this.ask({ op: "commit", ...framing })
  }
  async propose({ kind, keypackage, leaf, open }) {
    return (await this.ask({ op: "propose", kind, keypackage, leaf, public: open })).proposal
  }
  join(welcome, ratchet_tree) { return this.ask({ op: "join", welcome, ratchet_tree }) }
  async groupInfo() { return (await this.ask({ op: "group_info" })).group_info }
  async joinExternal(group_info, resync) { return (await this.ask({ op: "external_join", group_info, resync })).commit }
  async protect(data) { return (await this.ask({ op: "protect", data, aad: "" })).message }
  async process_(text) { return this.ask({ op: "process", message: text }) }
  state() { return this.ask({ op: "state" }) }
  end() { this.process.stdin.end() }
}

// ts-mls writes and reads external_pub without the length in front of the key (RFC 9420 section 12.4.3.2 has one): its
// own group infos get a correct extension below, and here it is taught to read one.
async function suiteThatReadsExternalPub() {
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName("MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519"))
  const importPublicKey = (key) => suite.hpke.importPublicKey(key.length === 33 && key[0] === 32 ? key.slice(1) : key)
  return { ...suite, hpke: { ...suite.hpke, importPublicKey } }
}

export class Theirs {
  kind = "ts-mls"
  constructor(name) { this.name = name }
  async keyPackage() {
    this.suite ??= await suiteThatReadsExternalPub()
    if (!this.keys) {
      const { signKey, publicKey } = await this.suite.signature.keygen()
      this.keys = { signKey, publicKey }
    }
    const credential = { credentialType: "basic", identity: new TextEncoder().encode(this.name) }
    this.own = await generateKeyPackageWithKey(credential, defaultCapabilities(), defaultLifetime, [], this.keys, this.suite)
    return message({ wireformat: "mls_key_package", keyPackage: this.own.publicPackage })
  }
  async create(group) {
    this.group = await createGroup(unhex(group), this.own.publicPackage, this.own.privatePackage, [], this.suite)
  }
  async commit({ keypackages = [], leaves = [], open, treeInside }) {
    const extraProposals = [
      ...keypackages.map((text) => ({ proposalType: "add", add: { keyPackage: parse(text).keyPackage } })),
      ...leaves.map((removed) => ({ proposalType: "remove", remove: { removed } })),
    ]
    const made = await createCommit({ state: this.group, cipherSuite: this.suite },
      { wireAsPublicMessage: open, extraProposals, ratchetTreeExtension: treeInside })
    this.group = made.newState
    const reply = { commit: hex(encodeMlsMessage(made.commit)) }
    if (made.welcome) {
      reply.welcome = message({ wireformat: "mls_welcome", welcome: made.welcome })
      reply.ratchet_tree = hex(encodeTree(this.group.ratchetTree))
    }
    return reply
  }
  async propose({ kind, keypackage, leaf, open }) {
    const proposal = {
      add: () => ({ proposalType: "add", add: { keyPackage: parse(keypackage).keyPackage } }),
      remove: () => ({ proposalType: "remove", remove: { removed: leaf } }),
      gce: () => ({ proposalType: "group_context_extensions", groupContextExtensions: { extensions: [] } }),
    }[kind]()
    const made = await createProposal(this.group, open, proposal, this.suite)
    this.group = made.newState
    return hex(encodeMlsMessage(made.message))
  }
  async join(welcome, tree) {
    const ratchetTree = tree ? decodeRatchetTree(unhex(tree), 0)[0] : undefined
    this.group = await joinGroup(parse(welcome).welcome, this.own.publicPackage, this.own.privatePackage, emptyPskIndex,
      this.suite, ratchetTree)
  }
  async groupInfo() {
    const pair = await this.suite.hpke.deriveKeyPair(this.group.keySchedule.externalSecret)
    const key = await this.suite.hpke.exportPublicKey(pair.publicKey)
    const groupInfo = await createGroupInfo(this.group.groupContext, this.group.confirmationTag, this.group, [
      { extensionType: "external_pub", extensionData: new Uint8Array([key.length, ...key]) },
      { extensionType: "ratchet_tree", extensionData: encodeTree(this.group.ratchetTree) },
    ], this.suite)
    return message({ wireformat: "mls_group_info", groupInfo })
  }
  async joinExternal(info, resync) {
    const made = await joinGroupExternal(parse(info).groupInfo, this.own.publicPackage, this.own.privatePackage, resync, this.suite)
    this.group = made.newState
    return message({ wireformat: "mls_public_message", publicMessage: made.publicMessage })
  }
  async protect(data) {
    const made = await createApplicationMessage(this.group, unhex(data), this.suite)
    this.group = made.newState
    return message({ wireformat: "mls_private_message", privateMessage: made.privateMessage })
  }
  async process_(text) {
    const parsed = parse(text)
    const result = parsed.wireformat === "mls_public_message"
      ? await processPublicMessage(this.group, parsed.publicMessage, emptyPskIndex, this.suite)
      : await processPrivateMessage(this.group, parsed.privateMessage, emptyPskIndex, this.suite)
    this.group = result.newState
    return result.kind === "applicationMessage" ? { kind: "application", data: hex(result.message) } : { kind: "handshake" }
  }
  async state() {
    const context = this.group.groupContext
    return {
      epoch: Number(context.epoch), leaf: this.group.privatePath.leafIndex, tree_hash: hex(context.treeHash),
      epoch_authenticator: hex(this.group.keySchedule.epochAuthenticator),
      confirmed_transcript_hash: hex(context.confirmedTranscriptHash),
    }
  }
  end() {}
}
