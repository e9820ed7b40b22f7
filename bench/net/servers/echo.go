// Go, with its standard library: a goroutine for each connection, buffered both ways, flushed when nothing more is there.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
)

func serve(connection net.Conn) {
	defer connection.Close()
	in := bufio.NewReaderSize(connection, 65536)
	out := bufio.NewWriterSize(connection, 65536)
	frame := make([]byte, 4, 65540)
	for {
		if _, err := io.ReadFull(in, frame[:4]); err != nil {
			return
		}
		length := int(binary.BigEndian.Uint32(frame[:4]))
		if length > 1<<20 {
			return
		}
		if cap(frame) < 4+length {
			frame = append(make([]byte, 0, 4+length), frame[:4]...)
		}
		if _, err := io.ReadFull(in, frame[4:4+length]); err != nil {
			return
		}
		if _, err := out.Write(frame[:4+length]); err != nil {
			return
		}
		if in.Buffered() < 4 {
			if err := out.Flush(); err != nil {
				return
			}
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go serve(connection)
	}
}
