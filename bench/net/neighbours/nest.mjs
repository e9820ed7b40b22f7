/** NestJS over TCP: a controller with one message pattern, as its documentation does it. */
import 'reflect-metadata'
import { Controller, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { MessagePattern, Transport } from '@nestjs/microservices'
import { announce } from '../servers/announce.mjs'

class EchoController {
  echo(data) {
    return data
  }
}
const echo = Object.getOwnPropertyDescriptor(EchoController.prototype, 'echo')
MessagePattern('echo')(EchoController.prototype, 'echo', echo)
Controller()(EchoController)

class EchoModule {}
Module({ controllers: [EchoController] })(EchoModule)

const app = await NestFactory.createMicroservice(EchoModule, {
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port: 0 },
  logger: false,
})
await app.listen()
announce(app.unwrap().address().port)
