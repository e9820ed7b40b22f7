//! Rust, with its standard library: a thread for each connection, buffered both ways, flushed when nothing more is there.
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

fn serve(stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = BufReader::with_capacity(65536, stream.try_clone()?);
    let mut output = BufWriter::with_capacity(65536, stream);
    let mut head = [0u8; 4];
    let mut body = Vec::new();
    loop {
        if input.fill_buf()?.is_empty() {
            return Ok(());
        }
        input.read_exact(&mut head)?;
        let length = u32::from_be_bytes(head) as usize;
        if length > 1 << 20 {
            return Ok(());
        }
        body.resize(length, 0);
        input.read_exact(&mut body)?;
        output.write_all(&head)?;
        output.write_all(&body)?;
        if input.buffer().len() < 4 {
            output.flush()?;
        }
    }
}

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || serve(stream));
    }
    Ok(())
}
