#!/usr/bin/env bash
# What the tests need from the system: a browser, Chinese fonts for it, a PostgreSQL to start.
# As root with apt-get the browser and fonts are installed; else one line says what is missing.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
[ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ] || missing+=(fonts-noto-cjk)
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "测试还需要这些系统软件，请先安装：${missing[*]}" >&2
        exit 1
    fi
    echo "正在安装系统软件：${missing[*]}……"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null && ! command -v initdb >/dev/null; then
    echo "测试还需要 PostgreSQL 的程序（initdb、postgres），请先安装：postgresql" >&2
    exit 1
fi
