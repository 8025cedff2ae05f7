class K(Module):
  __parameters__ = []
  __buffers__ = []

  def lookup(self, ids: Tensor, weight: Tensor) -> Tensor:
    # ids [n], weight [k, entries] -> [n, k]
    return torch.t(torch.index_select(weight, 1, ids))

  def lookup_gradient(self, ids: Tensor, gradient: Tensor, weight: Tensor) -> Tensor:
    # gradient [n, k] -> that of weight [k, entries]
    entries = torch.new_zeros(gradient, [weight.size(1), gradient.size(1)])
    return torch.contiguous(torch.t(torch.index_add_(entries, 0, ids, gradient)))

  def convolve(self, x: Tensor, weight: Tensor, window: Tensor) -> Tensor:
    # x [n, channels, h, w], weight [k, channels * kernel] -> [n * places, k]; window: see tensor.Window
    w: List[int] = window.tolist()
    kernel = torch.reshape(weight, [weight.size(0), x.size(1), w[0], w[1]])
    made = torch.conv2d(x, kernel, None, [w[2], w[3]], [w[4], w[5]], [w[6], w[7]], 1)
    return torch.reshape(torch.permute(made, [0, 2, 3, 1]), [-1, weight.size(0)])

  def patches(self, x: Tensor, window: Tensor) -> Tensor:
    # x [n, channels, h, w] -> [n * places, channels * kernel]
    w: List[int] = window.tolist()
    columns = torch.im2col(x, [w[0], w[1]], [w[6], w[7]], [w[4], w[5]], [w[2], w[3]])
    return torch.reshape(torch.permute(columns, [0, 2, 1]), [-1, columns.size(1)])

  def opened(self, rows: Tensor, x: Tensor, window: Tensor) -> Tensor:
    # rows [n * places, k], x [n, channels, h, w] -> [n, k, places down, places across]
    w: List[int] = window.tolist()
    down = (x.size(2) + 2 * w[4] - w[6] * (w[0] - 1) - 1) // w[2] + 1
    across = (x.size(3) + 2 * w[5] - w[7] * (w[1] - 1) - 1) // w[3] + 1
    return torch.permute(torch.reshape(rows, [x.size(0), down, across, rows.size(1)]), [0, 3, 1, 2])

  def closed(self, made: Tensor) -> Tensor:
    # [n, k, places down, places across] -> [n * places, k]
    return torch.reshape(torch.permute(made, [0, 2, 3, 1]), [-1, made.size(1)])

  def kernel_gradient(self, x: Tensor, gradient: Tensor, weight: Tensor, window: Tensor) -> Tensor:
    # gradient [n * places, k] -> that of weight [k, channels * kernel]
    w: List[int] = window.tolist()
    kernel = torch.reshape(weight, [weight.size(0), x.size(1), w[0], w[1]])
    back = self.opened(gradient, x, window)
    _, own, _, = torch.convolution_backward(back, x, kernel, None, [w[2], w[3]], [w[4], w[5]], [w[6], w[7]], False, [0, 0], 1, [False, True, False])
    return torch.reshape(own, [weight.size(0), -1])

  def image_gradient(self, x: Tensor, gradient: Tensor, weight: Tensor, window: Tensor) -> Tensor:
    # gradient [n * places, k] -> that of x [n, channels, h, w]
    w: List[int] = window.tolist()
    kernel = torch.reshape(weight, [weight.size(0), x.size(1), w[0], w[1]])
    back = self.opened(gradient, x, window)
    own, _, _, = torch.convolution_backward(back, x, kernel, None, [w[2], w[3]], [w[4], w[5]], [w[6], w[7]], False, [0, 0], 1, [True, False, False])
    return own
