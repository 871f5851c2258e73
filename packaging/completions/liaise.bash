# bash completion for liaise. Made by `liaise completion bash` from the command table; change it there.
_liaise() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    local first="" second="" word skip=0 i
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        if ((skip)); then skip=0; continue; fi
        case "$word" in
            --home) skip=1 ;;
            -*) ;;
            *) if [[ -z $first ]]; then first="$word"; elif [[ -z $second ]]; then second="$word"; fi ;;
        esac
    done
    COMPREPLY=()
    if [[ $previous == --home ]]; then COMPREPLY=($(compgen -d -- "$current")); return; fi
    case "$first" in
        "") COMPREPLY=($(compgen -W "init up down status lock unlock doctor network ticket join device who verify revoke channel dm post reply read follow edit retract react pin unpin hide unhide mute unmute doc search sync completion help version --home --json --no-colour --help" -- "$current")); return ;;
        network) if [[ -z $second ]]; then COMPREPLY=($(compgen -W "found show" -- "$current")); return; fi ;;
        ticket) if [[ -z $second ]]; then COMPREPLY=($(compgen -W "create list revoke" -- "$current")); return; fi ;;
        device) if [[ -z $second ]]; then COMPREPLY=($(compgen -W "add approve deny tickets join list name revoke" -- "$current")); return; fi ;;
        channel) if [[ -z $second ]]; then COMPREPLY=($(compgen -W "create list show invite leave remove charter conveners promote demote handover request requests approve deny accept decline" -- "$current")); return; fi ;;
        doc) if [[ -z $second ]]; then COMPREPLY=($(compgen -W "publish revise list show get history" -- "$current")); return; fi ;;
        *) second="" ;;
    esac
    case "$first${second:+ $second}" in
        "init")
            case "$previous" in
                --name) COMPREPLY=($(:)); return ;;
                --role) COMPREPLY=($(compgen -W "focal-point organiser liaison coordinator researcher relay" -- "$current")); return ;;
                --country) COMPREPLY=($(:)); return ;;
                --organisation) COMPREPLY=($(:)); return ;;
                --rank) COMPREPLY=($(:)); return ;;
                --passphrase-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --recovery-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
            esac
            COMPREPLY=($(compgen -W "--name --role --country --organisation --rank --passphrase-file --recovery-file --home --json --no-colour --help" -- "$current")) ;;
        "up")
            case "$previous" in
                --listen) COMPREPLY=($(:)); return ;;
                --announce) COMPREPLY=($(:)); return ;;
                --passphrase-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --log-level) COMPREPLY=($(compgen -W "debug info warning error" -- "$current")); return ;;
            esac
            COMPREPLY=($(compgen -W "--listen --announce --passphrase-file --locked --foreground --log-level --home --json --no-colour --help" -- "$current")) ;;
        "down")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "status")
            case "$previous" in
                --delivery) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--delivery --home --json --no-colour --help" -- "$current")) ;;
        "lock")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "unlock")
            case "$previous" in
                --passphrase-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
            esac
            COMPREPLY=($(compgen -W "--passphrase-file --home --json --no-colour --help" -- "$current")) ;;
        "doctor")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "network found")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "network show")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "ticket create")
            case "$previous" in
                --role) COMPREPLY=($(compgen -W "focal-point organiser liaison coordinator researcher relay" -- "$current")); return ;;
                --country) COMPREPLY=($(:)); return ;;
                --valid) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--role --country --valid --qr --home --json --no-colour --help" -- "$current")) ;;
        "ticket list")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "ticket revoke")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "join")
            case "$previous" in
                --wait) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--wait --home --json --no-colour --help" -- "$current")) ;;
        "device add")
            case "$previous" in
                --name) COMPREPLY=($(:)); return ;;
                --valid) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--name --valid --qr --no-wait --home --json --no-colour --help" -- "$current")) ;;
        "device approve")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--confirm --home --json --no-colour --help" -- "$current")) ;;
        "device deny")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "device tickets")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "device join")
            case "$previous" in
                --listen) COMPREPLY=($(:)); return ;;
                --announce) COMPREPLY=($(:)); return ;;
                --passphrase-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --wait) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--listen --announce --passphrase-file --wait --home --json --no-colour --help" -- "$current")) ;;
        "device list")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "device name")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "device revoke")
            case "$previous" in
                --reason) COMPREPLY=($(compgen -W "device-lost key-exposed superseded left unspecified" -- "$current")); return ;;
                --sheet-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
            esac
            COMPREPLY=($(compgen -W "--reason --sheet --sheet-file --home --json --no-colour --help" -- "$current")) ;;
        "who")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "verify")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--confirm --later --home --json --no-colour --help" -- "$current")) ;;
        "revoke")
            case "$previous" in
                --reason) COMPREPLY=($(compgen -W "unspecified left device-lost key-exposed made-in-error misconduct superseded" -- "$current")); return ;;
            esac
            COMPREPLY=($(compgen -W "--reason --home --json --no-colour --help" -- "$current")) ;;
        "channel create")
            case "$previous" in
                --purpose) COMPREPLY=($(:)); return ;;
                --kind) COMPREPLY=($(compgen -W "discussion announcement library" -- "$current")); return ;;
                --history) COMPREPLY=($(compgen -W "from-joining from-start" -- "$current")); return ;;
                --ceiling) COMPREPLY=($(compgen -W "clear green amber amber-strict red" -- "$current")); return ;;
                --retention) COMPREPLY=($(:)); return ;;
                --receipts) COMPREPLY=($(compgen -W "on off" -- "$current")); return ;;
                --alias) COMPREPLY=($(compgen -W "full role accredited" -- "$current")); return ;;
            esac
            COMPREPLY=($(compgen -W "--purpose --kind --history --ceiling --retention --receipts --alias --listed --home --json --no-colour --help" -- "$current")) ;;
        "channel list")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--all --home --json --no-colour --help" -- "$current")) ;;
        "channel show")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "channel invite")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--alias --home --json --no-colour --help" -- "$current")) ;;
        "channel leave")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "channel remove")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "channel charter")
            case "$previous" in
                --name) COMPREPLY=($(:)); return ;;
                --purpose) COMPREPLY=($(:)); return ;;
                --ceiling) COMPREPLY=($(compgen -W "clear green amber amber-strict red" -- "$current")); return ;;
                --retention) COMPREPLY=($(:)); return ;;
                --receipts) COMPREPLY=($(compgen -W "on off" -- "$current")); return ;;
                --listed) COMPREPLY=($(compgen -W "on off" -- "$current")); return ;;
            esac
            COMPREPLY=($(compgen -W "--name --purpose --ceiling --retention --receipts --listed --home --json --no-colour --help" -- "$current")) ;;
        "channel conveners")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "channel promote")
            case "$previous" in
                --rank) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--rank --home --json --no-colour --help" -- "$current")) ;;
        "channel demote")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "channel handover")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "channel request")
            case "$previous" in
                --note) COMPREPLY=($(:)); return ;;
                --convener) COMPREPLY=($(:)); return ;;
                --alias) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--note --convener --alias --withdraw --home --json --no-colour --help" -- "$current")) ;;
        "channel requests")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "channel approve")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "channel deny")
            case "$previous" in
                --reason) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--reason --home --json --no-colour --help" -- "$current")) ;;
        "channel accept")
            case "$previous" in
                --alias) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--alias --home --json --no-colour --help" -- "$current")) ;;
        "channel decline")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "dm")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "post")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "reply")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "read")
            case "$previous" in
                --limit) COMPREPLY=($(:)); return ;;
                --before) COMPREPLY=($(:)); return ;;
                --after) COMPREPLY=($(:)); return ;;
                --thread) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--limit --before --after --thread --unread --mentions --pinned --waiting --keep-unread --home --json --no-colour --help" -- "$current")) ;;
        "follow")
            case "$previous" in
                --count) COMPREPLY=($(:)); return ;;
                --for) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--count --for --home --json --no-colour --help" -- "$current")) ;;
        "edit")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "retract")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "react")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--remove --home --json --no-colour --help" -- "$current")) ;;
        "pin")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "unpin")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "hide")
            case "$previous" in
                --reason) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--reason --home --json --no-colour --help" -- "$current")) ;;
        "unhide")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "mute")
            case "$previous" in
                --channel) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--channel --home --json --no-colour --help" -- "$current")) ;;
        "unmute")
            case "$previous" in
                --channel) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--channel --home --json --no-colour --help" -- "$current")) ;;
        "doc publish")
            case "$previous" in
                --title) COMPREPLY=($(:)); return ;;
                --lang) COMPREPLY=($(:)); return ;;
                --kind) COMPREPLY=($(compgen -W "good-practice protocol guideline statement report training" -- "$current")); return ;;
                --country) COMPREPLY=($(:)); return ;;
                --topic) COMPREPLY=($(:)); return ;;
                --population) COMPREPLY=($(:)); return ;;
                --licence) COMPREPLY=($(:)); return ;;
                --note) COMPREPLY=($(:)); return ;;
                --file-name) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--title --lang --kind --country --topic --population --licence --note --file-name --home --json --no-colour --help" -- "$current"))
            [[ $current != -* ]] && COMPREPLY+=($(compgen -f -- "$current")) ;;
        "doc revise")
            case "$previous" in
                --title) COMPREPLY=($(:)); return ;;
                --lang) COMPREPLY=($(:)); return ;;
                --kind) COMPREPLY=($(compgen -W "good-practice protocol guideline statement report training" -- "$current")); return ;;
                --country) COMPREPLY=($(:)); return ;;
                --topic) COMPREPLY=($(:)); return ;;
                --population) COMPREPLY=($(:)); return ;;
                --licence) COMPREPLY=($(:)); return ;;
                --note) COMPREPLY=($(:)); return ;;
                --file-name) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--title --lang --kind --country --topic --population --licence --note --file-name --home --json --no-colour --help" -- "$current"))
            [[ $current != -* ]] && COMPREPLY+=($(compgen -f -- "$current")) ;;
        "doc list")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "doc show")
            case "$previous" in
                --revision) COMPREPLY=($(:)); return ;;
                --wait) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--card --revision --wait --home --json --no-colour --help" -- "$current")) ;;
        "doc get")
            case "$previous" in
                --out) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --revision) COMPREPLY=($(:)); return ;;
                --wait) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--out --force --revision --wait --home --json --no-colour --help" -- "$current")) ;;
        "doc history")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
        "search")
            case "$previous" in
                --channel) COMPREPLY=($(:)); return ;;
                --limit) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--channel --limit --home --json --no-colour --help" -- "$current")) ;;
        "sync")
            case "$previous" in
                --wait) COMPREPLY=($(:)); return ;;
            esac
            COMPREPLY=($(compgen -W "--wait --home --json --no-colour --help" -- "$current")) ;;
        "completion")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help bash zsh fish" -- "$current")) ;;
        "help")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--man --home --json --no-colour --help" -- "$current")) ;;
        "version")
            case "$previous" in
            esac
            COMPREPLY=($(compgen -W "--home --json --no-colour --help" -- "$current")) ;;
    esac
}
complete -o filenames -F _liaise liaise
