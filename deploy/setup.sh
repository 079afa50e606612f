#!/usr/bin/env bash
# Builds the two Python environments: .venv (ours, 3.11) and .venv-nlu (Rasa, 3.10 only).
# Nothing changed: over in a blink. Interrupted or broken: built anew the next time.
# Usage: deploy/setup.sh [--dev]     --dev adds what tests and checks need
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/pythons.sh

dev=no
[ "${1:-}" = --dev ] && dev=yes
logs=var/logs
jobs_started=()

say() { printf '%s\n' "$*"; }
fail() { say "错误：$*" >&2; exit 1; }

# What an environment was made of: its interpreter's version and its requirement files.
fingerprint() {
    local env=$1 version
    shift
    version=$("$env/bin/python" -c 'import sys; print(sys.version)' 2>/dev/null) || return 1
    { printf '%s\n' "$version"; cat "$@"; } | cksum
}

# is_current STAMP ENV FILES… — a stamp is written last, so it speaks for a finished build only.
is_current() {
    local stamp=$1 wanted
    shift
    [ -f "$stamp" ] && wanted=$(fingerprint "$@") && [ "$(cat "$stamp")" = "$wanted" ]
}

write_stamp() {
    local stamp=$1
    shift
    fingerprint "$@" >"$stamp.new"
    mv "$stamp.new" "$stamp"
}

app_stamp=.venv/.stamp-app
dev_stamp=.venv/.stamp-dev
nlu_stamp=.venv-nlu/.stamp
app_is_current() { is_current $app_stamp .venv requirements/app.txt; }
dev_is_current() { is_current $dev_stamp .venv requirements/app.txt requirements/dev.txt; }
nlu_is_current() { is_current $nlu_stamp .venv-nlu requirements/nlu.txt; }
all_current() { app_is_current && nlu_is_current && { [ $dev = no ] || dev_is_current; }; }

pip_install() { .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check "$@"; }

create_app_env() {
    # A stamp means that the last build was finished: then an upgrade in place is enough.
    if [ -f $app_stamp ] && .venv/bin/python -m pip --version >/dev/null 2>&1; then return; fi
    local python
    python=$(find_python 3.11 3.12 3.13) || fail "找不到 Python 3.11，请先安装（例如 apt-get install python3.11 python3.11-venv）"
    "$python" -m venv --clear .venv || fail "无法创建虚拟环境，请安装 venv 模块（例如 apt-get install python3.11-venv）"
}

build_app_env() {
    rm -f $dev_stamp
    if ! app_is_current; then
        rm -f $app_stamp
        # torch first: what comes later must find it settled and never choose another build.
        pip_install "$(grep '^torch==' requirements/app.txt)"
        pip_install -r requirements/app.txt
        write_stamp $app_stamp .venv requirements/app.txt
    fi
    if [ $dev = yes ]; then
        pip_install -r requirements/app.txt -r requirements/dev.txt
        write_stamp $dev_stamp .venv requirements/app.txt requirements/dev.txt
    fi
}

build_nlu_env() {
    local python=$1 uv=$2
    rm -f $nlu_stamp
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --clear --python "$python" .venv-nlu
        "$uv" pip install --quiet --python .venv-nlu/bin/python -r requirements/nlu.txt
    else
        "$python" -m venv --clear .venv-nlu
        .venv-nlu/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
            -r requirements/nlu.txt
    fi
    write_stamp $nlu_stamp .venv-nlu requirements/nlu.txt
}

# start NAME FUNCTION ARGS… — in the background, output in a file that finish shows if it fails.
start() {
    local name=$1 function=$2
    shift 2
    ( set -e; "$function" "$@" ) >"$logs/setup-$name.log" 2>&1 &
    jobs_started+=("$!")
}

finish() {
    local name=$1 title=$2 job=$3
    if ! wait "$job"; then
        tail -n 15 "$logs/setup-$name.log" >&2
        fail "$title 准备失败，完整记录见 $logs/setup-$name.log"
    fi
    say "$title 已就绪（${SECONDS} 秒）"
}

stop_builders() {
    local job
    for job in ${jobs_started[@]+"${jobs_started[@]}"}; do
        pkill -TERM -P "$job" 2>/dev/null || true
        kill "$job" 2>/dev/null || true
    done
}

all_current && exit 0
mkdir -p $logs
# Two set-ups at once would write into one folder.
if command -v flock >/dev/null; then
    exec 9>var/setup.lock
    flock -n 9 || { say "另一个安装正在进行，等它完成……"; flock 9; }
    all_current && exit 0
fi
trap stop_builders EXIT
trap 'say "已中断，下次会重新准备。" >&2; exit 130' INT TERM

need_app=no need_nlu=no
app_is_current && { [ $dev = no ] || dev_is_current; } || need_app=yes
nlu_is_current || need_nlu=yes

say "正在准备运行环境（首次约 3 分钟）……"
[ $need_app = no ] || create_app_env
if [ $need_nlu = yes ]; then
    uv=$(find_uv) || { pip_install -r requirements/build.txt 2>"$logs/setup-uv.log" && uv=$PWD/.venv/bin/uv; } || uv=
    nlu_python=$(find_python 3.10) || nlu_python=$(install_python_310 "$uv") ||
        fail "找不到 Python 3.10（Rasa 只支持到 3.10）。请用系统软件包、pyenv（pyenv install 3.10）或 uv（uv python install 3.10）安装后重试"
    start nlu build_nlu_env "$nlu_python" "$uv"
fi
[ $need_app = no ] || start app build_app_env
[ $need_nlu = no ] || finish nlu "对话引擎环境" "${jobs_started[0]}"
[ $need_app = no ] || finish app "应用环境" "${jobs_started[${#jobs_started[@]}-1]}"
