#!/usr/bin/env bash
# Runs the tests of the AVX-512 path on an emulated processor, where the real one has no
# AVX-512: Bochs boots a Debian kernel whose only program is the test binary of network/kernel.
# Usage: scripts/emulate-avx512.sh [TESTS]    a regular expression, default those of the pass
# MODEL: Bochs' processor, default corei7_skylake_x (bochs --help cpu lists them).
# LIMIT: seconds until it gives up, default 3600; it takes about a minute of one core.
# Debian 12 on amd64 with Go. As root it installs what is missing.
# Exit status: that of the tests; 1 too if none of them names the avx512 path in its log.
set -euo pipefail
cd "$(dirname "$0")/.."
tests=${1:-Bits|Candidates|Bound|IsOdd}

missing=()
for package in bochs bochs-term bochsbios vgabios xorriso; do
	dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
	[ "$(id -u)" = 0 ] || { echo "please install: ${missing[*]}" >&2; exit 1; }
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/guest/proc" "$work/disc"
CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go test -c -o "$work/guest/kernel.test" ./network/kernel
cd "$work"

# What the guest is made of is unpacked, not installed.
linux=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2 }')
apt-get download -qq -o APT::Sandbox::User=root "$linux" busybox-static isolinux syslinux-common
for package in ./*.deb; do
	dpkg-deb -x "$package" debian
done
busybox=$(find debian -name busybox -path '*bin/*')

cp "$busybox" guest/busybox
cat >guest/init <<END
#!/busybox sh
/busybox mount -t proc proc /proc
/busybox awk -F ': ' '/^model name/ { print "processor: " \$2 }' /proc/cpuinfo
/busybox grep -m 1 '^flags' /proc/cpuinfo | /busybox grep -o 'avx[^ ]*\|fma' | /busybox tr '\n' ' '
echo
LAPICQUE_KERNEL=avx512 /kernel.test -test.v -test.timeout 0 -test.run '$tests'
echo "status \$?"
/busybox sleep 2 # until the serial line is empty
/busybox poweroff -f
END
chmod +x guest/init
(cd guest && find . | ../"$busybox" cpio -o -H newc 2>/dev/null | gzip -1 >../disc/guest.gz)

# Bochs 2.7 states the size of compacted state saves wrongly, upon which Linux would hide all
# of AVX: it is told to save uncompacted.
cat >disc/isolinux.cfg <<END
DEFAULT guest
LABEL guest
KERNEL linux
INITRD guest.gz
APPEND console=ttyS0 quiet loglevel=1 panic=-1 nokaslr mitigations=off clearcpuid=xsaves,xsavec
END
cp debian/boot/vmlinuz-* disc/linux
cp debian/usr/lib/ISOLINUX/isolinux.bin debian/usr/lib/syslinux/modules/bios/ldlinux.c32 disc
xorriso -as mkisofs -quiet -o disc.iso -b isolinux.bin -c boot.cat \
	-no-emul-boot -boot-load-size 4 -boot-info-table disc 2>/dev/null

cat >bochsrc <<END
display_library: term
cpu: model=${MODEL:-corei7_skylake_x}, ips=50000000, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest=256, host=256
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/vgabios/vgabios.bin
ata0-master: type=cdrom, path=disc.iso, status=inserted
boot: cdrom
clock: sync=none
com1: enabled=1, mode=file, dev=serial
log: bochs.log
panic: action=fatal
error: action=ignore
END
echo continue >commands # Debian's Bochs starts in its debugger

# Bochs draws on a terminal; script gives it one. Switching off ends it with an error.
TERM=linux script -qec "timeout -s KILL ${LIMIT:-3600} bochs -q -f bochsrc -rc commands" /dev/null \
	</dev/null >screen 2>&1 || true
tr -d '\r' <serial | sed '/^status /q' | tee output

status=$(awk '/^status / { print $2 }' output)
[ -n "$status" ] || { echo "the guest did not finish:" >&2; tail -n 5 bochs.log >&2; exit 1; }
grep -q '_test.go.*avx512' output || { echo "no test took the AVX-512 path" >&2; exit 1; }
exit "$status"
