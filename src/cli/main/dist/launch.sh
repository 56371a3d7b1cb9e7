# How a command is started: sourced by scripts/lenet5, in a checkout, and by bin/lenet5, in a distribution.
# Both set, before they call launch:
#   jar    the commands' jar
#   lib    the folder of the libraries
#   names  the file that names these in their order, each after @lib@/
#   extra  the folder of what makes a start faster, where it is there: natives/, lenet5.jsa and serve.jsa
#   spark  the folder of Spark's jars, with lenet5-spark.jar, java.options and spark.jsa, where a command needs them; else empty
#   home   where graphs, checkpoints and data lie unless a flag says otherwise; empty: in the current folder

# What is closed would be given to the next file that is opened, and what is printed would go there.
true 3>&2 || exec 2>/dev/null
{ true 3>&0; } 2>/dev/null || exec </dev/null
{ true 3>&1; } 2>/dev/null || exec >/dev/null

# Bash may have used closed stderr for this script, which cannot be written to, as 2<FILE cannot.
info=/proc/$$/fdinfo/2
if [ -r $info ]; then
  while read -r key value; do
    case $key$value in flags:*0) exec 2>/dev/null ;; esac
  done <$info
fi

# Java takes the encoding of files' names from the locale: in one of ASCII, as containers have, or one
# that is not installed, it opens no file whose name is more. There "é" are two characters.
letter=$'\303\251'
if [ ${#letter} -ne 1 ]; then
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
    C | POSIX) encoding=ASCII ;;
    *) encoding=$(locale charmap 2>/dev/null) || encoding=ASCII ;;
  esac
  case $encoding in
    ASCII | US-ASCII | ANSI_X3.4-1968 | 646)
      for locale in C.UTF-8 en_US.UTF-8 $(locale -a 2>/dev/null | grep -i 'utf-\{0,1\}8$' || :); do
        { export LC_ALL=$locale; } 2>/dev/null
        [ ${#letter} -eq 1 ] && break
      done
      ;;
  esac
fi

# Another descriptor than 0 to 2 is Java's own affair, and native code needs leave from Java 24 on.
access=(--add-opens=java.base/java.io=ALL-UNNAMED --enable-native-access=ALL-UNNAMED)

classpath() {
  local text
  text=$(<"$names")
  # Spark's own before those of the same name: it refuses other versions.
  classpath=$jar:${spark:+"$spark/lenet5-spark.jar:$spark/*:"}${text//@lib@/"$lib"}
}

# Whether a command works on Spark: spark …, or any with --spark MASTER.
wants_spark() {
  [ "${1:-}" = spark ] && return
  local each
  for each in "$@"; do
    case $each in --spark | --spark=*) return ;; esac
  done
  return 1
}

launch() {
  terminal=false
  [ -t 2 ] && terminal=true
  stdout=false
  [ -t 1 ] && stdout=true
  stdin=false
  [ -t 0 ] && stdin=true

  # oneDNN keeps what it prepared for a convolution instead of preparing it anew in each step: a sixth
  # of the time of a step. TensorFlow leaves that off to save memory with changing shapes; here few are.
  export TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE=${TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE:-false}

  # glibc would give the memory of large tensors back to the system at the end of each step and fetch it
  # anew, page by page, in the next: batches take up to twice as long. Other systems do not look at these.
  export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-67108864} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-536870912}

  # Memory in large pages, where Linux has them on request: loading TensorFlow touches so many small ones
  # that to classify an image takes a seventh longer. A training gains nothing and holds more memory.
  huge=()
  pages=/sys/kernel/mm/transparent_hugepage/enabled
  if [[ ${1:-} = classify || ${1:-} = serve ]] && [ -r $pages ] && [[ $(<$pages) != *"[never]"* ]]; then
    huge=(-XX:+UseTransparentHugePages)
    export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1} MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-33554432}
  fi

  # Compiled simply: a training's Java code is small and leaves its cores to TensorFlow, four percent more
  # than the second compiler's work would gain; and that work is half of what classifying an image takes.
  # With Spark in the same process it is a quarter of the time for a hundred thousand images, and pays from
  # half a million on: twelve percent. A server runs for long, and reads what it is sent in Java.
  compiler=-XX:TieredStopAtLevel=1
  if [ "${1:-}" = serve ]; then compiler=-XX:+TieredCompilation; fi

  # Of a server's requests little is left, but the usual third of a small heap is full after so few of them
  # that a collection finds many that are being answered, and moves them: with 64 connections that send
  # batches of 32, requests took 40 percent more of the processors' time.
  archive=$extra/lenet5.jsa heap=(-Xms256m -Xmx768m)
  [ "${1:-}" = serve ] && archive=$extra/serve.jsa heap=(-Xms512m -Xmx768m -Xmn320m)
  if [ -n "${spark:-}" ]; then
    archive=$spark/spark.jsa heap=(-Xms256m -Xmx2g)
    access+=("@$spark/java.options")
  fi

  # TensorFlow's natives, unpacked: to look for them in every jar takes half of loading them, and everybody
  # else who may run this would unpack their own.
  natives=()
  if [ -e "$extra/natives/libtensorflow_cc.so" ]; then
    natives=(-Dorg.bytedeco.javacpp.findLibraries=false "-Djava.library.path=$extra/natives")
  fi

  # JavaCPP would ask the system for the process's memory at every tensor, one thread at a time, to limit it:
  # a quarter of what classifying an image takes. What is opened here is closed, in time.
  unlimited=-Dorg.bytedeco.javacpp.maxPhysicalBytes=0

  classpath
  # One collector thread and a bounded heap: the images are 200 MB at most, the tensors are native. Descriptor
  # 3 is stderr's duplicate for messages, so that TensorFlow's log can be led elsewhere.
  exec java "$compiler" -XX:+UseSerialGC -XX:-UsePerfData "${heap[@]}" -XX:SharedArchiveFile="$archive" -Xlog:disable -Xlog:all=off \
    -Djava.awt.headless=true -Dlenet5.home="$home" -Dlenet5.terminal=$terminal -Dlenet5.terminal.stdout=$stdout -Dlenet5.terminal.stdin=$stdin -Dlenet5.stderr=3 "${access[@]}" "$unlimited" \
    ${huge[@]+"${huge[@]}"} ${natives[@]+"${natives[@]}"} ${JAVA_OPTS:-} -cp "$classpath" org.lenet5.cli.Main "$@" 3>&2
}
