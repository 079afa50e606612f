# Finds interpreters, for setup.sh: a name on the PATH proves nothing, only running it does.

# is_python VERSION COMMAND — pyenv's shims exist for versions that are not switched on.
is_python() {
    "$2" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" >/dev/null 2>&1
}

# find_python VERSION… — prints the first that runs; the pins are tested on the first version.
find_python() {
    local version candidate uv
    for version in "$@"; do
        for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
            if is_python "$version" "$candidate"; then
                command -v "$candidate"
                return
            fi
        done
        if uv=$(find_uv) && candidate=$("$uv" python find --no-project "$version" 2>/dev/null) &&
            is_python "$version" "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

find_uv() {
    local candidate
    for candidate in uv .venv/bin/uv "$HOME/.local/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# install_python_310 UV — needs the open internet; a closed network answers with failure.
install_python_310() {
    [ -n "$1" ] || return 1
    "$1" python install --quiet 3.10 >&2 || return 1
    "$1" python find --no-project 3.10
}
