"""What outlives the kernel: pictures, pages, and what a saved notebook keeps."""
