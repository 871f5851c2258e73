// MLS_PEER=program interop.mjs [--seeds N] [--epochs N] [--seed N]      --seed replays that one
//
// Groups of our clients and ts-mls clients through random adds, removes, updates, external joins, encrypted and open
// handshakes and messages. After each epoch all members must agree, and read what one of them says. A failing sequence
// prints its seed; the same seed makes the same choices.
import { Ours, Theirs } from "./clients.mjs"

const option = (name, otherwise) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const program = process.env.MLS_PEER
if (!program) throw new Error("MLS_PEER must name the program mls-peer")
const membersMax = 6

function randomFrom(seed) {  // mulberry32
  let state = seed >>> 0
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    chance: (part) => number() < part,
    below: (limit) => Math.floor(number() * limit),
    pick: (list) => list[Math.floor(number() * list.length)],
  }
}

class Sequence {
  constructor(seed) {
    this.seed = seed
    this.random = randomFrom(seed)
    this.members = []
    this.all = []
    this.counts = { commits: 0, added: 0, removed: 0, external: 0, messages: 0, skipped: 0 }
  }
  client(kind = this.random.chance(0.5) ? "ours" : "ts-mls") {
    const name = `${kind} ${this.all.length}`
    const client = kind === "ours" ? new Ours(name, program, this.seed * 1000 + this.all.length) : new Theirs(name)
    this.all.push(client)
    return client
  }
  others(...but) { return this.members.filter((member) => !but.includes(member)) }
  async leafOf(client) { return (await client.state()).leaf }

  async start() {
    const founder = this.client(this.random.chance(0.5) ? "ours" : "ts-mls")
    await founder.keyPackage(this.random.chance(0.5))
    await founder.create(Buffer.from(`interop ${this.seed}`).toString("hex"))
    this.members.push(founder)
    // Both kinds, in either order.
    await this.addByValue(founder, this.client(founder.kind === "ours" ? "ts-mls" : "ours"))
  }

  async deliver(text, from, leaving = []) {
    for (const member of this.others(from)) {
      try {
        await member.process_(text)
      } catch (error) {
        // ts-mls takes its own removal for granted only while its leaf stays blank: when the same commit puts a newcomer
        // there, it looks for a path secret that is not for it.
        if (member.kind !== "ts-mls" || !leaving.includes(member)) throw error
      }
    }
  }

  // Whom a commit of `committer` may remove. Not the member at leaf 0: ts-mls derives a path secret for the root even when
  // the root is blank because the other half of the tree is empty (section 7.4: one for each node of the *filtered*
  // path). Right halves that are empty are cut off; leaf 0 keeps the left one from being so.
  async victims(committer) {
    const leaves = await Promise.all(this.members.map((member) => this.leafOf(member)))
    return this.members.filter((member, at) => member !== committer && leaves[at] !== 0)
  }

  // What a commit did: the removed go, newcomers join.
  async committed(committer, made, newcomers, leaving, treeInside) {
    this.counts.commits += 1
    await this.deliver(made.commit, committer, leaving)
    this.members = this.others(...leaving)
    this.counts.removed += leaving.length
    for (const newcomer of newcomers) {
      try {
        await newcomer.join(made.welcome, treeInside ? null : made.ratchet_tree)
        this.members.push(newcomer)
        this.counts.added += 1
      } catch (error) {
        // ts-mls wants equal lists of unmerged leaves on a whole path, where section 12.4.3.1 wants the leaf in each of
        // them; such a newcomer stays outside, and its leaf is removed.
        if (newcomer.kind !== "ts-mls" || !/unmerged_leaves/.test(String(error))) throw error
        this.counts.skipped += 1
        this.stray = newcomer
      }
    }
    await this.agree()
  }

  framing() { return { open: this.random.chance(0.5), treeInside: this.random.chance(0.5) } }

  async addByValue(committer, newcomer) {
    const framing = this.framing()
    const keypackages = [await newcomer.keyPackage(this.random.chance(0.5))]
    await this.committed(committer, await committer.commit({ keypackages, ...framing }), [newcomer], [], framing.treeInside)
  }

  async removeByValue(committer, victim) {
    const leaves = [await this.leafOf(victim)]
    await this.committed(committer, await committer.commit({ leaves, ...this.framing() }), [], [victim], true)
  }

  async byReference(committer) {
    const newcomers = []
    const leaving = []
    const updating = []
    const propose = async (proposer, wish) => {
      await this.deliver(await proposer.propose({ ...wish, open: this.random.chance(0.5) }), proposer)
    }
    for (let count = 1 + this.random.below(3); count > 0; count -= 1) {
      const proposer = this.random.pick(this.members)
      const kind = this.random.pick(["add", "remove", "update", "gce"])
      if (kind === "add" && this.members.length + newcomers.length < membersMax && (await this.mayAdd())) {
        const newcomer = this.client()
        newcomers.push(newcomer)
        await propose(proposer, { kind, keypackage: await newcomer.keyPackage(this.random.chance(0.5)) })
      } else if (kind === "remove") {
        const victim = this.random.pick(await this.victims(committer))
        if (!victim || leaving.includes(victim) || updating.includes(victim) || this.members.length - leaving.length < 3) continue
        leaving.push(victim)
        await propose(proposer, { kind, leaf: await this.leafOf(victim) })
      } else if (kind === "update" && proposer.kind === "ours" && proposer !== committer) {
        if (updating.includes(proposer) || leaving.includes(proposer)) continue
        updating.push(proposer)
        await propose(proposer, { kind })
      } else if (kind === "gce" && !this.extensionsProposed && committer.kind === "ours") {
        // ts-mls leaves out the path that section 12.4 wants with this proposal, so it never commits one here.
        this.extensionsProposed = true
        await propose(proposer, { kind })
      }
    }
    this.extensionsProposed = false
    const framing = this.framing()
    await this.committed(committer, await committer.commit(framing), newcomers, leaving, framing.treeInside)
  }

  // ts-mls appends to unmerged_leaves, where section 7.1 wants them sorted: no newcomer goes below an unmerged leaf.
  // Seen in the tree of any ts-mls member; without one the question does not arise.
  async mayAdd() {
    const witness = this.members.find((member) => member.kind === "ts-mls")
    if (!witness) return true
    const tree = witness.group.ratchetTree
    return tree.every((node) => node?.nodeType !== "parent" || node.parent.unmergedLeaves.length === 0)
  }

  async external() {
    const informant = this.random.pick(this.members)
    const again = this.random.chance(0.4) ? this.random.pick(this.others(informant)) : undefined
    const joiner = again ?? this.client()
    const info = await informant.groupInfo()
    await joiner.keyPackage(false)
    const commit = await joiner.joinExternal(info, again !== undefined)
    await this.deliver(commit, joiner)
    if (!again) this.members.push(joiner)
    this.counts.external += 1
    await this.agree()
  }

  async step() {
    if (this.stray) {
      const leaf = await this.strayLeaf()
      this.stray = undefined
      const committer = this.random.pick(this.members)
      await this.committed(committer, await committer.commit({ leaves: [leaf], ...this.framing() }), [], [], true)
      return
    }
    const committer = this.random.pick(this.members)
    const choice = this.random.below(10)
    if (choice < 3 && this.members.length < membersMax && (await this.mayAdd())) {
      await this.addByValue(committer, this.client())
    } else if (choice === 3 && this.members.length > 3) {
      const victims = await this.victims(committer)
      if (victims.length > 0) await this.removeByValue(committer, this.random.pick(victims))
    } else if (choice < 7) {
      await this.byReference(committer)
    } else if (choice === 7 && this.members.length < membersMax && (await this.mayAdd())) {
      await this.external()
    } else {
      await this.committed(committer, await committer.commit(this.framing()), [], [], true)
    }
    await this.talk()
  }

  // A leaf in the tree that no member here sits on.
  async strayLeaf() {
    const ours = this.members.find((member) => member.kind === "ours")
    const taken = await Promise.all(this.members.map((member) => this.leafOf(member)))
    const leaves = ours
      ? (await ours.state()).members
      : this.members[0].group.ratchetTree.flatMap((node, at) => (node?.nodeType === "leaf" ? [at / 2] : []))
    return leaves.find((leaf) => !taken.includes(leaf))
  }

  async talk() {
    const speaker = this.random.pick(this.members)
    const data = Buffer.from(`message ${this.counts.messages}`).toString("hex")
    const text = await speaker.protect(data)
    for (const member of this.others(speaker)) {
      const got = await member.process_(text)
      if (got.kind !== "application" || got.data !== data) throw new Error(`${member.name} read something else`)
    }
    this.counts.messages += 1
  }

  async agree() {
    const first = await this.members[0].state()
    for (const member of this.members.slice(1)) {
      const state = await member.state()
      for (const field of ["epoch", "tree_hash", "confirmed_transcript_hash", "epoch_authenticator"])
        if (state[field] !== first[field]) throw new Error(`${member.name} and ${this.members[0].name} differ in ${field}`)
    }
  }
}

const only = option("--seed", 0)
const seeds = only ? 1 : option("--seeds", 20)
const epochs = option("--epochs", 60)
const firstSeed = only || 1
let failed = 0
for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
  const sequence = new Sequence(seed)
  let epoch = 0
  try {
    await sequence.start()
    for (; epoch < epochs; epoch += 1) await sequence.step()
    console.log(`seed ${seed}: ${epochs} epochs`, JSON.stringify(sequence.counts))
  } catch (error) {
    failed += 1
    console.log(`seed ${seed}: FAILED in step ${epoch}: ${error.stack}`)
  }
  for (const client of sequence.all) client.end()
}
console.log(failed === 0 ? `${seeds} sequences of ${epochs} epochs: all agree` : `${failed} of ${seeds} sequences failed`)
process.exit(failed === 0 ? 0 : 1)
